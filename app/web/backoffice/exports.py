"""Lists as files: asked for, written by a job while a page tells how far it is, fetched."""

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.db.exports import ExportRow
from app.domain.roles import Right
from app.services.backoffice import export
from app.services.backoffice.lists import LISTS
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.forms import Form
from app.web.backoffice.lists import wanted_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/exports`."""
    routes = Blueprint("exports", __name__, url_prefix="/backoffice/exports")
    context = desk.context

    @routes.get("")
    @needs(Right.EXPORT)
    def mine() -> str:
        found = export.exports_of(context, person())
        return render_template("exports/mine.html", exports=found, lists=LISTS)

    @routes.post("")
    @needs(Right.EXPORT)
    def ask() -> Response:
        spec = LISTS.get(request.form.get("list", ""))
        if spec is None or not Form().validate_on_submit():
            abort(400)
        try:
            reference = export.ask_workbook(
                context, person(), wanted_of(spec, request.form), _within()
            )
        except PermissionError:
            abort(403)
        except ValueError as problem:
            abort(400, str(problem))
        return make_response(redirect(url_for("exports.one", reference=reference), 303))

    @routes.get("/<reference>")
    @needs(Right.EXPORT)
    def one(reference: str) -> ResponseReturnValue:
        found = _mine_or_404(reference)
        part = "exports/progress.html" if "HX-Request" in request.headers else "exports/one.html"
        return render_template(part, export=found, spec=LISTS[found.list], now=context.clock.now())

    @routes.get("/<reference>/file")
    @needs(Right.EXPORT)
    def file(reference: str) -> Response:
        found = _mine_or_404(reference)
        if (
            found.format != "xlsx"
            or found.state != "done"
            or found.expires_at < context.clock.now()
        ):
            abort(404)
        answer = Response(export.file_of(context, person(), found), content_type=XLSX)
        answer.headers["Content-Disposition"] = f'attachment; filename="{found.list}.xlsx"'
        return answer

    def _mine_or_404(reference: str) -> ExportRow:
        found = export.show_export(context, person(), reference)
        if found is None:
            abort(404)
        return found

    return routes


def _within() -> int | None:
    """Whose list, where it is somebody's: staff may take away any of those they may see."""
    text = request.form.get("within", "")
    if not text:
        return None
    if person().kind != "staff":
        abort(403)
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        abort(400)
    return int(text)
