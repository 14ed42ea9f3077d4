"""A page that is a list: rows with filters in the address, or the same as a file."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.db.listing import Condition, ListSpec
from app.services.backoffice.export import csv_lines
from app.services.backoffice.listing import Wanted, listing, read_address
from app.web.backoffice.access import person
from app.web.backoffice.desk import Desk


def show_list(
    desk: Desk, spec: ListSpec, *, leads_to: Mapping[str, str] | None = None,
    within: int | None = None, only: tuple[Condition, ...] = (), template: str = "listing.html",
    **more: object,
) -> ResponseReturnValue:  # fmt: skip
    """The page that the address asks for, or with `format=csv` the whole list as a file.

    `leads_to`: column -> the endpoint its cells lead to, which takes the cell under the column's
    name. `within` says whose rows, where the list is somebody's; `only` narrows it, whatever is
    asked. `more` is for a template of one's own, which extends `listing.html`.
    """
    asked = wanted_of(spec, request.args)
    wanted = replace(asked, conditions=(*only, *asked.conditions))
    if request.args.get("format") == "csv":
        return _csv(desk, wanted, within)
    page = listing(desk.context, wanted, within)
    html = render_template(template, listing=page, leads_to=leads_to or {}, within=within, **more)
    return html, 400 if wanted.problems else 200


def wanted_of(spec: ListSpec, asked: "MultiDict[str, str]") -> Wanted:
    """What an address or a form asks for; boxes that are ticked come one by one."""
    columns = ",".join(asked.getlist("columns"))
    return read_address(spec, {**asked.to_dict(), "columns": columns}, person().zone)


def _csv(desk: Desk, wanted: Wanted, within: int | None) -> Response:
    try:
        lines = csv_lines(desk.context, person(), wanted, within)
    except PermissionError:
        abort(403)
    except ValueError as problem:
        abort(400, str(problem))
    answer = Response(lines, content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{wanted.spec.name}.csv"'
    return answer
