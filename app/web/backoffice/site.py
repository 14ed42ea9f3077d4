"""Every page of the back-office: one line each."""

from collections.abc import Callable
from typing import cast

from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from app.web.backoffice import (
    account,
    agent_logins,
    agents,
    approvals,
    audit,
    breaks,
    broadcasts,
    cases,
    cash,
    catalogue,
    commissions,
    counter_desk,
    customers,
    dashboard,
    day,
    enrol,
    exports,
    floats,
    front,
    kyc,
    ledger,
    merchants,
    messages,
    orders,
    queue,
    rates,
    receipts,
    reconciliation,
    routing,
    search,
    sell,
    sessions,
    settings,
    sign_in,
    staff,
    step_up,
    subscribers,
    team,
    vouchers,
)
from app.web.backoffice.access import anybody
from app.web.backoffice.assets import Assets, static_files
from app.web.backoffice.desk import Desk
from app.web.backoffice.guard import Guard, nothing_here
from app.web.backoffice.house import house
from app.web.backoffice.signed_in import ROOT, login_manager

PAGES: tuple[Callable[[Desk], Blueprint], ...] = (
    front.pages,
    dashboard.pages,
    sign_in.pages,
    enrol.pages,
    step_up.pages,
    sessions.pages,
    account.pages,
    queue.pages,
    approvals.pages,
    orders.pages,
    breaks.pages,
    cases.pages,
    catalogue.pages,
    commissions.pages,
    rates.pages,
    routing.pages,
    search.pages,
    subscribers.pages,
    kyc.pages,
    ledger.pages,
    reconciliation.pages,
    vouchers.pages,
    agents.pages,
    agent_logins.pages,
    merchants.pages_of_staff,
    merchants.pages_of_agents,
    messages.pages,
    broadcasts.pages,
    staff.pages,
    settings.pages,
    audit.pages,
    exports.pages,
    counter_desk.pages,
    sell.pages,
    cash.pages,
    customers.pages,
    floats.pages,
    team.pages,
    day.pages,
    receipts.pages,
)
_COOKIE_NAME = "nexustop_backoffice"
"""Over HTTPS with `__Host-` in front: browsers then take it from this host alone, for all paths."""


def backoffice(desk: Desk) -> list[Blueprint]:
    """The blueprints of all pages, each behind the guard."""
    csrf = CSRFProtect()
    # Without Redis each process counts by itself; accounts are counted in the database anyhow.
    limiter = Limiter(
        get_remote_address,
        storage_uri=desk.limits_at,
        in_memory_fallback_enabled=True,
        key_prefix="nexustop-web",
    )
    guard = Guard(desk, csrf, limiter)
    root = _root()

    def set_up(state: BlueprintSetupState) -> None:
        app = cast("Flask", state.app)
        app.config.update(
            SECRET_KEY=desk.secret_key,
            SESSION_COOKIE_NAME=f"__Host-{_COOKIE_NAME}" if desk.secure else _COOKIE_NAME,
            SESSION_COOKIE_PATH="/" if desk.secure else ROOT,
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=desk.secure,
            WTF_CSRF_CHECK_DEFAULT=False,
            WTF_CSRF_TIME_LIMIT=int(desk.context.web_sessions.absolute.total_seconds()),
        )
        login_manager(desk.context).init_app(app)
        csrf.init_app(app)
        limiter.init_app(app)

    root.record_once(set_up)
    assets = Assets()
    standing = (root, static_files(assets), house(desk, assets))
    return [guard.protect(pages) for pages in (*standing, *(made(desk) for made in PAGES))]


def _root() -> Blueprint:
    """What is no page."""
    root = Blueprint("backoffice", __name__, url_prefix="/backoffice", template_folder="templates")

    @root.get("/<path:nowhere>")
    @anybody
    def not_a_page(nowhere: str) -> Response:  # noqa: ARG001 - the route's
        return nothing_here()

    return root
