"""The audit log: all of it, one entry, and how the chain stands."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from app.db.audit_list import AUDIT
from app.domain.msisdn import masked_in
from app.domain.roles import Right
from app.services.backoffice.audit_page import chain_state, show_entry
from app.services.backoffice.unmask import unmasked_until
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk
from app.web.backoffice.lists import show_list

_LARGEST_ID = 2**63 - 1


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/audit`."""
    ctx = desk.context
    routes = Blueprint("audit", __name__, url_prefix="/backoffice/audit")

    @routes.get("")
    @needs(Right.SEE_AUDIT)
    def all_entries() -> ResponseReturnValue:
        return show_list(desk, AUDIT, leads_to={"number": "audit.one"}, template="audit/list.html")

    @routes.get("/<int:number>")
    @needs(Right.SEE_AUDIT)
    def one(number: int) -> str:
        page = show_entry(ctx, number) if number <= _LARGEST_ID else None
        if page is None:
            abort(404)
        whole = unmasked_until(ctx, person()) is not None

        def shown(text: str) -> str:
            """Numbers in it are masked, unless this session sees them whole."""
            return text if whole else masked_in(text)

        return render_template("audit/one.html", page=page, entry=page.row, shown=shown)

    @routes.get("/chain")
    @needs(Right.SEE_AUDIT)
    def chain() -> str:
        return render_template("audit/chain.html", chain=chain_state(ctx))

    return routes
