"""The search box: straight to the page when one thing is meant, else a short list."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from app.db.hits import Hit
from app.domain.roles import Right
from app.services.backoffice.find import LONGEST, SEARCHED, find
from app.services.backoffice.subscriber_timeline import key_at
from app.web.backoffice.access import needs, person
from app.web.backoffice.desk import Desk

_PAGES = {
    "subscriber": ("subscribers.one", "subscriber_id"), "purchase": ("orders.one", "reference"),
    "case": ("cases.one", "ticket"), "approval": ("approvals.one", "ticket"),
    "agent": ("agents.one", "number"), "staff": ("staff.one", "email"),
    "voucher": ("vouchers.voucher", "serial"), "voucher batch": ("vouchers.one", "reference"),
    "ledger": ("ledger.transaction", "reference"),
}  # fmt: skip
"""Kind -> its page, and what takes the key there. What has none leads to whose it is."""


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/search?q=...`."""
    routes = Blueprint("search", __name__, url_prefix="/backoffice/search")

    @routes.get("")
    @needs(Right.FIND_SUBSCRIBER)
    def find_it() -> Response:
        text = request.args.get("q", "")
        found = find(desk.context, person(), text)
        ways = {_address(one) for one in found}
        if len(ways) == 1 and (only := ways.pop()):
            return make_response(redirect(only, 303))
        page = render_template(
            "search/found.html", text=text[:LONGEST], kinds=_by_kind(found), address=_address,
            searched=SEARCHED,
        )  # fmt: skip
        return make_response(page)

    return routes


def _by_kind(found: Sequence[Hit]) -> list[tuple[str, list[Hit]]]:
    ordered = sorted(found, key=lambda one: one.kind)
    return [(kind, list(of)) for kind, of in groupby(ordered, key=lambda one: one.kind)]


def _address(hit: Hit) -> str:
    """Where it is looked at; empty where nothing can be shown of it."""
    if hit.kind in _PAGES:
        endpoint, name = _PAGES[hit.kind]
        key: dict[str, Any] = {name: hit.key}
        return url_for(endpoint, **key)
    if hit.subscriber_id is None or not person().may(Right.SEE_SUBSCRIBER):
        return ""
    after = key_at(hit.at) if hit.kind in {"session", "sms"} and hit.at else None
    return url_for("subscribers.one", subscriber_id=hit.subscriber_id, after=after)
