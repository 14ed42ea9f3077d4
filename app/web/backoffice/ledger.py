"""The ledger: accounts, what moved in one, transactions, trial balances and the proof."""

from datetime import date, timedelta

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.db.account_list import ACCOUNTS, POSTINGS, WALLET_POSTINGS
from app.domain.ledger import AccountKind
from app.domain.roles import Right
from app.services.backoffice.ledger_page import own_accounts, proof
from app.services.backoffice.trial_page import trial_page
from app.web.backoffice.access import needs
from app.web.backoffice.corrections import (
    ReverseForm,
    add_corrections,
    one_account,
    one_transaction,
    show_transaction,
)
from app.web.backoffice.desk import Desk
from app.web.backoffice.lists import show_list

_FEW_MOVEMENTS = frozenset({AccountKind.WALLET, AccountKind.DEBT})
_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)


def pages(desk: Desk) -> Blueprint:
    """`/backoffice/ledger`."""
    ctx = desk.context
    routes = Blueprint("ledger", __name__, url_prefix="/backoffice/ledger")

    @routes.get("")
    @needs(Right.SEE_LEDGER)
    def accounts() -> ResponseReturnValue:
        asked = set(request.args) - {"columns"}
        return show_list(
            desk, ACCOUNTS, leads_to={"number": "ledger.account"}, template="ledger/accounts.html",
            own=None if asked else own_accounts(ctx),
        )  # fmt: skip

    @routes.get("/accounts/<int:number>")
    @needs(Right.SEE_LEDGER)
    def account(number: int) -> ResponseReturnValue:
        page = one_account(desk, number)
        few = page.seen.account.kind in _FEW_MOVEMENTS
        return show_list(
            desk, WALLET_POSTINGS if few else POSTINGS, within=number,
            leads_to={"reference": "ledger.transaction"}, template="ledger/account.html", page=page,
        )  # fmt: skip

    @routes.get("/transactions/<reference>")
    @needs(Right.SEE_LEDGER)
    def transaction(reference: str) -> Response:
        return show_transaction(one_transaction(desk, reference), ReverseForm(formdata=None))

    @routes.get("/trial-balance")
    @needs(Right.SEE_LEDGER)
    def trial_balance() -> Response:
        try:
            day = _day(request.args.get("day", ""))
        except ValueError:
            day, problem = None, "Type a day, like 2026-11-29."
        else:
            problem = ""
        page = trial_page(ctx, day, add_up=request.args.get("add_up") == "1")
        html = render_template(
            "ledger/trial_balance.html", page=page, problem=problem, one_day=timedelta(days=1),
            proof=proof(ctx, desk.settings.ledger_anchor_file),
            anchored=desk.settings.ledger_anchor_file is not None,
        )  # fmt: skip
        return make_response(html, 400 if problem else 200)

    add_corrections(routes, desk)
    return routes


def _day(text: str) -> date | None:
    """Raises ValueError."""
    if not text:
        return None
    day = date.fromisoformat(text)
    if not _FIRST <= day <= _LAST:
        raise ValueError(text)
    return day
