"""A code of the app before a page that moves money opens."""

from flask import Blueprint, Response, make_response, redirect, render_template, request

from app.domain.roles import Right
from app.domain.secret import Secret
from app.domain.sign_in import Locked, TooLate, Wrong
from app.services.backoffice.web_session import step_up
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.said import said
from app.web.backoffice.sign_in import CodeForm
from app.web.backoffice.signed_in import go_on_as, own_path, token


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/step-up?next=...`."""
    ctx = desk.context
    routes = Blueprint("step_up", __name__, url_prefix="/backoffice/step-up")

    @routes.route("", methods=["GET", "POST"])
    @needs(Right.OWN_ACCOUNT)
    def ask() -> Response:
        form, problem = CodeForm(), ""
        if request.method == "POST" and form.validate():
            verdict = step_up(ctx, person(), token(), Secret(form.code.data))
            if not isinstance(verdict, Wrong | Locked | TooLate):
                go_on_as(person(), verdict)
                return make_response(redirect(own_path(request.args.get("next")), 303))
            problem = said(verdict, ctx.clock.now())
        page = render_template("step_up/ask.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)

    return routes
