"""Staff: who they are, what each role may, and what is done about them."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from wtforms import EmailField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from app.db.staff_list import STAFF
from app.domain.roles import GRANTS, STAFF_ROLES, TWO_PEOPLE, Right, Role
from app.services.backoffice.staff_page import (
    Member,
    add_member,
    close_member,
    end_session_of,
    give_first_password,
    show_member,
)
from app.services.grant_role import ask_role
from app.services.reset_factor import ask_factor_reset
from app.services.staff_refused import StaffRefused
from app.web.backoffice.access import needs, person, step_up
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form, MoneyForm, ReasonField, ReasonForm
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status, sentence

_ROLES = [
    SelectChoice(role.value, role.value.replace("_", " ").capitalize())
    for role in sorted(STAFF_ROLES)
]
_LONGEST_EMAIL = 120


class AddForm(MoneyForm):
    """Somebody new; the key makes it one ticket however often it is sent."""

    email = EmailField(
        "E-mail", [InputRequired("Type an e-mail address."), Length(max=_LONGEST_EMAIL)],
        render_kw={"autocomplete": "off", "maxlength": _LONGEST_EMAIL},
    )  # fmt: skip
    role = SelectField("Role", choices=_ROLES, default=Role.SUPPORT.value)
    reason = ReasonField()


class RoleForm(MoneyForm):
    role = SelectField("New role", choices=_ROLES)
    reason = ReasonField()


class AskForm(MoneyForm):
    """A reason, asked once."""

    reason = ReasonField()


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/staff` and `/backoffice/roles`."""
    routes = Blueprint("staff", __name__, url_prefix="/backoffice")

    @routes.get("/staff")
    @needs(Right.SEE_STAFF)
    def everybody() -> ResponseReturnValue:
        return show_list(desk, STAFF, leads_to={"email": "staff.one"}, template="staff/list.html")

    @routes.get("/roles")
    @needs(Right.SEE_STAFF)
    def roles() -> str:
        return render_template(
            "staff/roles.html", roles=list(Role), rights=list(Right), grants=GRANTS,
            two_people=TWO_PEOPLE,
        )  # fmt: skip

    @routes.get("/staff/<email>")
    @needs(Right.SEE_STAFF)
    def one(email: str) -> Response:
        return _show(_member(desk, email))

    _adding(routes, desk)
    _asking(routes, desk)
    _acts(routes, desk)
    return routes


def _adding(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.route("/staff/new", methods=["GET", "POST"])
    @needs(Right.MANAGE_STAFF)
    @step_up
    def new() -> Response:
        form, problem, status = AddForm(), "", 400
        if form.validate_on_submit():
            try:
                added = add_member(
                    ctx, person(), form.email.data or "", Role(form.role.data), form.reason.data,
                    form.key.data,
                )  # fmt: skip
            except StaffRefused as refused:
                problem, status = sentence(refused), refused_status(refused)
            else:
                return make_response(render_template(
                    "staff/password.html", email=(form.email.data or "").strip().lower(),
                    password=added.password.value, ticket=added.ticket,
                ))  # fmt: skip
        page = render_template("staff/new.html", form=form, problem=problem)
        return make_response(page, status if problem or form.errors else 200)

    @routes.post("/staff/<email>/password")
    @needs(Right.MANAGE_STAFF)
    @step_up
    def password(email: str) -> Response:
        member, form = _member(desk, email), ReasonForm(prefix="password")
        if not form.validate():
            return _show(member, password=form)
        try:
            made = give_first_password(ctx, person(), email, form.reason.data)
        except StaffRefused as refused:
            return _show(member, password=form, refused=refused)
        return make_response(
            render_template("staff/password.html", email=email, password=made.value, ticket="")
        )


def _asking(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/staff/<email>/role")
    @needs(Right.GRANT_ROLE)
    @step_up
    def role(email: str) -> Response:
        member, form = _member(desk, email), RoleForm(prefix="role")
        if not form.validate():
            return _show(member, role=form)

        def ask() -> str:
            wanted = Role(form.role.data)
            return ask_role(ctx, email, wanted, form.reason.data, person().name, form.key.data)

        return _asked(member, ask, role=form)

    @routes.post("/staff/<email>/factor")
    @needs(Right.RESET_FACTOR)
    @step_up
    def factor(email: str) -> Response:
        member, form = _member(desk, email), AskForm(prefix="factor")
        if not form.validate():
            return _show(member, factor=form)

        def ask() -> str:
            return ask_factor_reset(ctx, email, form.reason.data, person().name, form.key.data)

        return _asked(member, ask, factor=form)


def _acts(routes: Blueprint, desk: Desk) -> None:
    ctx = desk.context

    @routes.post("/staff/<email>/close")
    @needs(Right.MANAGE_STAFF)
    @step_up
    def close(email: str) -> Response:
        member, form = _member(desk, email), ReasonForm(prefix="close")
        if not form.validate():
            return _show(member, close=form)
        try:
            close_member(ctx, person(), email, form.reason.data)
        except StaffRefused as refused:
            return _show(member, close=form, refused=refused)
        flash(f"{email} can't sign in any more.")
        return _to(email)

    @routes.post("/staff/<email>/sessions/<int:session_id>")
    @needs(Right.MANAGE_STAFF)
    def end_session(email: str, session_id: int) -> Response:
        _member(desk, email)
        if not end_session_of(ctx, person(), email, session_id):
            abort(404)
        flash("That session has ended.")
        return _to(email)


def _asked(member: Member, ask: Callable[[], str], **forms: MoneyForm) -> Response:
    try:
        ticket = ask()
    except StaffRefused as refused:
        return _show(member, refused=refused, **forms)
    flash(f"Asked for: another person must approve {ticket}.", "warning")
    return _to(member.row.email)


def _member(desk: Desk, email: str) -> Member:
    found = show_member(desk.context, email) if len(email) <= _LONGEST_EMAIL else None
    if found is None:
        abort(404)
    return found


def _show(member: Member, *, refused: StaffRefused | None = None, **given: Form) -> Response:
    """The page, with the form that was sent and what is wrong with it."""
    forms = {
        "role": RoleForm(formdata=None, prefix="role", data={"role": member.row.role}),
        "factor": AskForm(formdata=None, prefix="factor"),
        "close": ReasonForm(formdata=None, prefix="close"),
        "password": ReasonForm(formdata=None, prefix="password"),
        **given,
    }  # fmt: skip
    wrong = refused is not None or any(form.errors for form in given.values())
    html = render_template(
        "staff/one.html", member=member, row=member.row, forms=forms, opened=set(given),
        plain=Form(formdata=None), problem=sentence(refused) if refused else "",
    )  # fmt: skip
    status = refused_status(refused) if refused else 400
    return make_response(html, status if wrong else 200)


def _to(email: str) -> Response:
    return make_response(redirect(url_for("staff.one", email=email), 303))
