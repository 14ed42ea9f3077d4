"""Redeem a recharge PIN: a try is counted and committed, then the PIN is looked up and its face
value credited in one commit."""

from app.db import breaks, ledger, outbox, subscribers, voucher_tries, vouchers
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.db.voucher_tries import TryRow
from app.db.vouchers import VoucherRow
from app.domain import voucher_postings as recipes
from app.domain.ledger import wallet
from app.domain.requests import (
    Origin,
    RedeemVoucher,
    Refusal,
    Refused,
    VoucherIsYours,
    VoucherMistyped,
    VoucherNotGood,
    VoucherRedeemed,
    VouchersStopped,
    VoucherTooMuch,
)
from app.domain.secret import Secret
from app.domain.vouchers import MISTYPED, WRONG, as_typed, is_well_formed, stopped_until
from app.services.context import Context
from app.services.repay_debt import repay_debt
from app.services.surely import surely
from app.services.wallet_room import wallet_room

_COUNTED = ("open", "wrong")
LookedUp = VoucherRedeemed | VoucherNotGood | VoucherIsYours | VoucherTooMuch
Redeemed = LookedUp | VoucherMistyped | VouchersStopped | Refused


def redeem_voucher(ctx: Context, origin: Origin, request: RedeemVoucher) -> Redeemed:
    """Credit the wallet of the dialling MSISDN, once per PIN and once per (channel, session, step).
    A number that isn't registered has no wallet: nothing is looked up for it."""
    typed = as_typed(request.pin.value)
    digest = ctx.voucher_pins.digest(Secret(typed)) if is_well_formed(typed) else None
    with ctx.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, origin.msisdn)
        if owner is None:
            return Refused(Refusal.NOT_REGISTERED)
        tried = _take_try(ctx, tx, origin, digest)
    if isinstance(tried, VouchersStopped):
        return tried
    looked_for = tried.digest
    if looked_for is None:
        return VoucherMistyped()
    if tried.verdict == "wrong":
        return VoucherNotGood()
    reply = surely(lambda: _look_up(ctx, origin, owner, looked_for, tried.verdict))
    ctx.nudge()
    return reply


def _take_try(
    ctx: Context, tx: Transaction, origin: Origin, digest: bytes | None
) -> TryRow | VouchersStopped:
    """Count it as wrong until it turns out right, so that parallel guesses can't outrun the limit.
    A copy of a hop gets the first one's try, with what was typed then."""
    voucher_tries.one_at_a_time(tx, origin.msisdn)
    before = voucher_tries.of_step(tx, origin)
    if before is not None:
        return before
    now = ctx.clock.now()
    rungs, verdicts = (MISTYPED, ("mistyped",)) if digest is None else (WRONG, _COUNTED)
    made = voucher_tries.latest(tx, origin.msisdn, verdicts, rungs[-1].allowed)
    until = stopped_until(rungs, made)
    if until is not None and until > now:
        return VouchersStopped(until)
    tried = TryRow(digest, "mistyped" if digest is None else "open")
    voucher_tries.begin(tx, origin, tried, now)
    return tried


def _look_up(
    ctx: Context, origin: Origin, owner: SubscriberRow, digest: bytes, verdict: str
) -> LookedUp:
    with ctx.db.transaction() as tx:
        voucher = vouchers.lock(tx, digest, ctx.clock.now())
        if voucher is None or voucher.face.currency != owner.currency:
            return _wrong(ctx, tx, origin)
        if voucher.reference and voucher.step == (origin.channel, origin.session, origin.step):
            balance = ledger.balance(tx, wallet(owner.id, owner.currency))
            return VoucherRedeemed(voucher.reference, voucher.face, balance)
        if voucher.subscriber_id == owner.id:
            voucher_tries.end(tx, origin, "yours")
            return VoucherIsYours()
        if voucher.subscriber_id is not None or not voucher.good:
            return _wrong(ctx, tx, origin)
        ledger.lock(tx, wallet(owner.id, owner.currency))
        room = wallet_room(ctx, tx, owner)
        if verdict == "too_much" or (room is not None and voucher.face > room):
            voucher_tries.end(tx, origin, "too_much")
            return VoucherTooMuch(voucher.face)
        return _credit(ctx, tx, origin, owner, voucher)


def _wrong(ctx: Context, tx: Transaction, origin: Origin) -> VoucherNotGood:
    """Keep the verdict. The try that uses up the last rung is for staff to look at."""
    voucher_tries.one_at_a_time(tx, origin.msisdn)
    if voucher_tries.end(tx, origin, "wrong"):
        last = WRONG[-1]
        made = voucher_tries.latest(tx, origin.msisdn, ("wrong",), last.allowed)
        if stopped_until((last,), made) is not None:
            detail = {"msisdn": origin.msisdn, "channel": origin.channel}
            breaks.open_(tx, "voucher_guessing", detail, ctx.clock.now())
    return VoucherNotGood()


def _credit(
    ctx: Context, tx: Transaction, origin: Origin, owner: SubscriberRow, voucher: VoucherRow
) -> VoucherRedeemed | VoucherNotGood:
    """A right PIN forgives no wrong one: a guesser has cheap right ones."""
    now, face, reference = ctx.clock.now(), voucher.face, ctx.new_reference()
    if not vouchers.redeem(tx, voucher.id, reference, owner.id, origin, now):
        return _wrong(ctx, tx, origin)
    voucher_tries.end(tx, origin, "redeemed")
    made = recipes.redeem_voucher(reference, owner.id, face)
    ledger.post(tx, made)
    repaid = repay_debt(tx, made.reference, owner, face)
    balance = ledger.balance(tx, wallet(owner.id, owner.currency))
    outbox.queue_sms(
        tx, owner.msisdn, "topped_up", owner.language,
        {
            "amount_minor": face.amount_minor, "balance_minor": balance.amount_minor,
            "currency": face.currency, "reference": reference,
            "repaid_minor": repaid.amount_minor,
        },
        dedupe_key=f"voucher:{reference}",
    )  # fmt: skip
    return VoucherRedeemed(reference, face, balance)
