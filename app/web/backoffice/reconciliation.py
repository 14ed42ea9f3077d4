"""Reconciliation: runs by provider and day, what differs, and importing a provider's file."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField
from wtforms.validators import InputRequired

from app.db.break_list import BREAKS
from app.db.run_list import RUNS
from app.domain.roles import Right
from app.ports.statements import StatementUnavailable
from app.services.backoffice.run_page import run_page
from app.services.import_statement import LARGEST_FILE, import_statement
from app.services.staff_refused import MayNot
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form
from app.web.backoffice.lists import show_list
from app.web.backoffice.refused import refused_status

_AROUND_A_FILE = 1 << 16
_LARGEST_ID = 2**63 - 1


class ImportForm(Form):
    provider = SelectField("Provider")
    day = DateField("Provider's day", [InputRequired("Choose a day.")])
    file = FileField("Exported CSV file", [FileRequired("Choose a file.")])

    def offer(self, providers: list[str]) -> "ImportForm":
        """The form, with these providers to choose from."""
        self.provider.choices = providers
        return self


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/reconciliation`."""
    routes = Blueprint("reconciliation", __name__, url_prefix="/backoffice/reconciliation")

    @routes.get("")
    @needs(Right.SEE_RECONCILIATION)
    def runs() -> ResponseReturnValue:
        return show_list(
            desk, RUNS, leads_to={"run": "reconciliation.one"}, template="reconciliation/runs.html"
        )

    @routes.get("/breaks")
    @needs(Right.SEE_RECONCILIATION)
    def breaks() -> ResponseReturnValue:
        return show_list(
            desk, BREAKS, leads_to={"break_id": "breaks.one", "reference": "orders.one"}
        )

    @routes.get("/<int:run>")
    @needs(Right.SEE_RECONCILIATION)
    def one(run: int) -> str:
        page = run_page(desk.context, run) if run <= _LARGEST_ID else None
        if page is None:
            abort(404)
        return render_template("reconciliation/one.html", page=page, run=page.run)

    _add_import(routes, desk)
    return routes


def _add_import(routes: Blueprint, desk: Desk) -> None:
    @routes.before_request
    def room_for_a_file() -> None:
        """Before anything reads the form: the other pages take far less."""
        if request.endpoint == "reconciliation.import_it":
            request.max_content_length = LARGEST_FILE + _AROUND_A_FILE

    @routes.get("/import")
    @needs(Right.RESOLVE_BREAK)
    def import_page() -> Response:
        return _show(ImportForm(formdata=None).offer(sorted(desk.reconcile.exports)))

    @routes.post("/import")
    @needs(Right.RESOLVE_BREAK)
    def import_it() -> Response:
        form = ImportForm().offer(sorted(desk.reconcile.exports))
        if not form.validate():
            return _show(form)
        try:
            came = import_statement(
                desk.reconcile, form.provider.data, form.day.data,
                form.file.data.read(LARGEST_FILE + 1), person().name,
            )  # fmt: skip
        except StatementUnavailable as error:
            form.file.errors = [f"Nothing of this file was kept: {error}."]
            return _show(form)
        except MayNot as refused:
            abort(refused_status(refused))
        if came.known:
            flash("This very file was read before: it counts once, and nothing was done.",
                  "warning")  # fmt: skip
        else:
            flash(f"{came.lines:,} lines of that day are being compared with our books.")
        return make_response(redirect(url_for("reconciliation.one", run=came.run_id), 303))


def _show(form: ImportForm) -> Response:
    html = render_template("reconciliation/import.html", form=form, megabytes=LARGEST_FILE >> 20)
    return make_response(html, 400 if form.errors or form.file.errors else 200)
