"""The first sign-in: the code app reads the key, its first code proves it, recovery codes come."""

from io import BytesIO

import segno
from flask import Blueprint, Response, abort, make_response, redirect, render_template, url_for
from flask import request as asked

from app.domain.secret import Secret
from app.domain.sign_in import TooLate, Wrong
from app.services.backoffice.enrol_code_app import enrol, enrolment, give_sms_code
from app.services.backoffice.sign_in import Started, pending_of
from app.services.context import Context
from app.web.backoffice.access import anybody
from app.web.backoffice.desk import Desk
from app.web.backoffice.said import said
from app.web.backoffice.sign_in import CodeForm
from app.web.backoffice.signed_in import begin, pending_token, where


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/enrol/...`: the SMS to an agent's number, then key and first code."""
    ctx = desk.context
    routes = Blueprint("enrol", __name__, url_prefix="/backoffice/enrol")

    _sms(routes, ctx)

    @routes.route("/app", methods=["GET", "POST"])
    @anybody
    def app() -> Response:
        form, problem, waiting = CodeForm(), "", pending_token()
        shown = enrolment(ctx, waiting) if waiting else None
        if waiting is None or shown is None:
            return _again()
        if asked.method == "POST" and form.validate():
            verdict = enrol(ctx, waiting, Secret(form.code.data), where())
            if isinstance(verdict, Started):
                return _recovery_codes(verdict, begin(ctx, verdict.token))
            if isinstance(verdict, TooLate):
                return _again()
            problem = said(verdict, ctx.clock.now())
        page = render_template("enrol/app.html", form=form, problem=problem, key=shown.key.value)
        return make_response(page, 400 if problem or form.errors else 200)

    @routes.get("/qr.svg")
    @anybody
    def picture() -> Response:
        waiting = pending_token()
        shown = enrolment(ctx, waiting) if waiting else None
        if shown is None:
            abort(404)
        out = BytesIO()
        segno.make(shown.address.value, error="m").save(
            out, kind="svg", scale=5, border=4, light="white"
        )
        return Response(out.getvalue(), content_type="image/svg+xml")

    return routes


def _sms(routes: Blueprint, ctx: Context) -> None:
    @routes.route("/sms", methods=["GET", "POST"])
    @anybody
    def sms() -> Response:
        form, problem, waiting = CodeForm(), "", pending_token()
        if waiting is None or pending_of(ctx, waiting) is None:
            return _again()
        if asked.method == "POST" and form.validate():
            verdict = give_sms_code(ctx, waiting, Secret(form.code.data))
            if verdict is None:
                return make_response(redirect(url_for("enrol.app"), 303))
            if not isinstance(verdict, Wrong):
                return _again()
            problem = said(verdict, ctx.clock.now())
        page = render_template("enrol/sms.html", form=form, problem=problem)
        return make_response(page, 400 if problem or form.errors else 200)


def _recovery_codes(started: Started, go_on: str) -> Response:
    codes = [code.value for code in started.recovery_codes]
    return make_response(render_template("enrol/recovery.html", codes=codes, go_on=go_on))


def _again() -> Response:
    return make_response(redirect(url_for("sign_in.name"), 303))
