"""Breaks in the hands of staff: list, take, and end one in a way its kind allows.

What posts needs two people and is posted under `break:<id>`, or under the order's own reference
when the break is about an order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.db import breaks, ledger, orders, outbox, subscribers, suspended
from app.db.approvals import ApprovalRow
from app.db.breaks import BreakRow
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.db.suspended import SuspendedRow
from app.domain import breaks as rules
from app.domain.breaks import Difference, Way, ways_of
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.reason import reason_of
from app.services.repay_debt import repay_debt
from app.services.settle_by_hand import last_attempt, settle_by_hand
from app.services.staff_refused import StaffRefused
from app.services.wallet_room import wallet_room


@dataclass(frozen=True, slots=True)
class Asked:
    """Another person must approve this ticket."""

    ticket: str


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing had to be posted: it is closed."""


def list_breaks(
    ctx: Context, kind: str | None = None, owner: str | None = None,
    older_than: timedelta = timedelta(),
) -> list[BreakRow]:  # fmt: skip
    """Open breaks, oldest first."""
    with ctx.db.statement() as tx:
        return breaks.open_list(tx, kind, owner, ctx.clock.now() - older_than)


def take_break(ctx: Context, break_id: int, actor: str) -> None:
    """Look after it from now on. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        _still_open(breaks.find(tx, break_id), break_id)
        if not breaks.take(tx, break_id, actor):
            raise StaffRefused(f"break {break_id} is closed")
        append(tx, Entry(ctx.clock.now(), actor, "break.take", str(break_id), {}))


def ask_resolution(
    ctx: Context, break_id: int, way: Way, to: Msisdn | None, reason: str, actor: str,
    key: str | None = None,
) -> Asked | Closed:  # fmt: skip
    """End a break in this way; `to` is whose wallet a credit goes to. Accepting it ends it now,
    anything else waits for a second person. `key` is the form's, where it is asked with one. Raises
    StaffRefused."""
    with ctx.db.transaction() as tx:
        found = _locked(tx, break_id)
        if way not in ways_of(found.kind):
            ways = ", ".join(ways_of(found.kind))
            raise StaffRefused(f"a break of kind {found.kind} ends by: {ways}")
        if way is Way.ACCEPT:
            _accept(ctx, tx, found, reason, actor)
            return Closed()
        if way is Way.CREDIT:
            _owner_for(ctx, tx, to, _topup(tx, found).amount)
        elif way is Way.WRITE_OFF:
            _difference(found)
        detail = {
            "break": break_id, "how": str(way), "to": to or "", "attempt": last_attempt(tx, found)
        }  # fmt: skip
        return Asked(ask_approval(ctx, tx, "resolve_break", detail, reason, actor, key))


def resolve(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """End a break as approved; what was posted (empty when nothing had to be)."""
    break_id, way = int(approval.detail["break"]), Way(approval.detail["how"])
    found = _locked(tx, break_id)
    posted = _post(ctx, tx, found, way, approval.detail)
    said = f"{way}: {f'posted {posted}' if posted else 'nothing posted'} ({approval.ticket})"
    # An order's end closes its own break; what was decided is still written on it.
    breaks.end(tx, break_id, f"{said}; {approval.reason}", actor, ctx.clock.now())
    return posted


def _accept(ctx: Context, tx: Transaction, found: BreakRow, reason: str, actor: str) -> None:
    kept, now = reason_of(reason), ctx.clock.now()
    breaks.end(tx, found.id, f"accept: {kept}", actor, now)
    append(tx, Entry(now, actor, "break.accept", str(found.id), {"reason": kept}))


def _post(
    ctx: Context, tx: Transaction, found: BreakRow, way: Way, asked: Mapping[str, Any]
) -> str:
    match way:
        case Way.CREDIT:
            return _credit(ctx, tx, found, Msisdn(asked["to"]))
        case Way.REFUND:
            topup = _topup(tx, found)
            made = rules.refund_suspense(found.id, topup.provider, topup.amount)
            suspended.given_back(tx, topup.reference)
        case Way.WRITE_OFF:
            made = rules.write_off(found.id, _difference(found))
        case _:
            return settle_by_hand(ctx, tx, found, way, int(asked.get("attempt", 0)))
    ledger.post(tx, made)
    return made.reference


def _credit(ctx: Context, tx: Transaction, found: BreakRow, to: Msisdn) -> str:
    topup = _topup(tx, found)
    owner = _owner_for(ctx, tx, to, topup.amount)
    ledger.lock(tx, wallet(owner.id, owner.currency))
    made = rules.credit_suspense(found.id, owner.id, topup.amount)
    ledger.post(tx, made)
    repaid = repay_debt(tx, f"topup:{topup.reference}", owner, topup.amount)
    suspended.released(tx, topup.reference, owner.id)
    balance = ledger.balance(tx, wallet(owner.id, owner.currency))
    outbox.queue_sms(
        tx, owner.msisdn, "topped_up", owner.language,
        {
            "amount_minor": topup.amount.amount_minor, "balance_minor": balance.amount_minor,
            "currency": owner.currency, "reference": topup.reference,
            "repaid_minor": repaid.amount_minor,
        },
        dedupe_key=f"topup:{topup.reference}",
    )  # fmt: skip
    return made.reference


def _locked(tx: Transaction, break_id: int) -> BreakRow:
    """The open break, after its order: whatever ends an order locks them in this order."""
    found = breaks.find(tx, break_id)
    if found is not None and found.order_id is not None:
        orders.lock(tx, found.order_id)
    return _still_open(breaks.lock(tx, break_id), break_id)


def _still_open(found: BreakRow | None, break_id: int) -> BreakRow:
    if found is None:
        raise StaffRefused(f"there is no break {break_id}")
    if found.closed:
        raise StaffRefused(f"break {break_id} is closed: {found.resolution}")
    return found


def _topup(tx: Transaction, found: BreakRow) -> SuspendedRow:
    topup = suspended.lock(tx, str(found.detail.get("topup", "")))
    if topup is None:
        raise StaffRefused(f"break {found.id} is about no top-up in suspense")
    return topup


def _owner_for(ctx: Context, tx: Transaction, to: Msisdn | None, amount: Money) -> SubscriberRow:
    owner = subscribers.find_by_msisdn(tx, to) if to else None
    if owner is None:
        raise StaffRefused("whose wallet? Name a registered subscriber")
    if owner.currency != amount.currency:
        raise StaffRefused(f"{to} has no wallet in {amount.currency}")
    room = wallet_room(ctx, tx, owner)
    if room is not None and amount > room:
        raise StaffRefused(f"the wallet of {to} may take in {room} more, not {amount}")
    return owner


def _difference(found: BreakRow) -> Difference:
    """What a break of a statement's line is worth."""
    detail = found.detail
    if detail["currency"] != detail.get("ours_currency", detail["currency"]):
        raise StaffRefused("two currencies: adjust it where it went wrong, then accept the break")
    minor = int(detail["theirs_minor"]) - int(detail["ours_minor"])
    if minor == 0:
        raise StaffRefused("the amounts agree: there is nothing to write off")
    amount = Money(minor, str(detail["currency"]))
    return Difference(found.provider, amount, sales=bool(detail["sales"]))
