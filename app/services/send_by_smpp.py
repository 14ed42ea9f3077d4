"""MT SMS by SMPP: parts put into the table, claimed by the SMPP process, moved by what it hears.

A claim ends with its answer. One that ends without (a link cut, a process killed) is taken again
when its lease is over, and counted as sent again: the SMSC may have it. Texts lie encrypted and are
gone with the answer, since a start PIN may be in them.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import smpp
from app.db.engine import Transaction
from app.db.errors import DatabaseUnavailable
from app.domain.secret import Secret
from app.ports.channels import DeliveryReport, MtSms, SmsState
from app.ports.smpp import ClaimedPart, DeskAway, PartAnswer, PartOutcome, Receipt, SmsPart
from app.security.field_encryption import Place, Unreadable
from app.services.context import Context
from app.services.record_reports import record_deliveries

CHANNEL = "smpp"
_MOST_TRIES = 100
"""Claims after which the SMSC's "not now" is taken for a no."""
_MOST_IN_DOUBT = 8
"""Claims after which a message whose link always ends isn't sent again: it may be what ends it."""


@dataclass(frozen=True, slots=True)
class SmppContext:
    """`lease`: how long a claim lasts, longer than any answer takes; `count` hears of an event
    and its outcome."""

    services: Context
    lease: timedelta
    count: Callable[[str, str], None]


def put_parts(ctx: Context, sms: MtSms, sender: str, parts: Sequence[SmsPart]) -> bool:
    """Queue the parts of an SMS, once per reference; False when the database is away."""
    try:
        with ctx.db.statement() as tx:
            queue_parts(tx, ctx, sms, sender, parts)
    except DatabaseUnavailable:
        return False
    return True


def queue_parts(
    tx: Transaction, ctx: Context, sms: MtSms, sender: str, parts: Sequence[SmsPart]
) -> None:
    """The same as a part of another transaction."""
    rows = [
        smpp.NewPart(number, part.data_coding, part.esm_class, ctx.fields.encrypt(
            Secret(part.text.decode("latin-1")), _place(sms.reference, number)))
        for number, part in enumerate(parts, 1)
    ]  # fmt: skip
    smpp.put(tx, sms.reference, sender, sms.to, rows, ctx.clock.now())


def claim_parts(ctx: SmppContext, limit: int) -> list[ClaimedPart]:
    """Take at most so many that are due. Raises DeskAway."""
    services = ctx.services
    now = services.clock.now()
    with _here(), services.db.statement() as tx:
        rows = smpp.claim(tx, now, now + ctx.lease, limit)
    for row in rows:
        if row.again:
            ctx.count("sent_again", "")
    return list(_readable(ctx, rows))


def record_answers(ctx: SmppContext, answers: Sequence[PartAnswer]) -> None:
    """What came of claims, and what receipts have said of them already. Raises DeskAway."""
    now = ctx.services.clock.now()
    for one in answers:
        ctx.count("submitted", one.outcome)
    with _here(), ctx.services.db.transaction() as tx:
        moved = smpp.answer(tx, [_answered(one, now) for one in answers], now)
        ids = [one.message_id for one in answers if one.message_id]
        early = smpp.take_receipts(tx, ids) if ids else []
        if early:
            moved += smpp.report(tx, early)[0]
        sms = smpp.sms_of(tx, moved) if moved else []
    _tell(ctx.services, sms)


def record_receipts(ctx: SmppContext, receipts: Sequence[Receipt]) -> None:
    """Delivery receipts: parts move forward, and their SMS with them. Raises DeskAway."""
    now = ctx.services.clock.now()
    told = [smpp.Reported(one.message_id, one.state, one.reason) for one in receipts]
    for one in receipts:
        ctx.count("receipt", one.state)
    with _here(), ctx.services.db.transaction() as tx:
        moved, strange = smpp.report(tx, told)
        if strange:
            smpp.keep_receipts(tx, strange, now)
        sms = smpp.sms_of(tx, moved) if moved else []
    _tell(ctx.services, sms)


def _readable(ctx: SmppContext, rows: Sequence[smpp.PartRow]) -> Iterator[ClaimedPart]:
    """Those whose text can be decrypted; the others end here: their key is gone."""
    for row in rows:
        try:
            yield _claimed(ctx.services, row)
        except Unreadable:
            record_answers(ctx, [PartAnswer(row.id, row.claim, PartOutcome.REFUSED, "key_gone")])


def _claimed(ctx: Context, row: smpp.PartRow) -> ClaimedPart:
    text = ctx.fields.decrypt(row.sealed, _place(row.reference, row.part)).value.encode("latin-1")
    return ClaimedPart(
        row.id, row.claim, row.sender, row.msisdn, SmsPart(text, row.data_coding, row.esm_class),
        row.again,
    )  # fmt: skip


def _place(reference: str, part: int) -> Place:
    return Place("smpp_parts", "sealed", f"{reference}/{part}")


def _answered(one: PartAnswer, now: datetime) -> smpp.Answered:
    again_at = now + timedelta(seconds=one.wait_seconds)
    match one.outcome:
        case PartOutcome.ACCEPTED:
            return smpp.Answered(one.id, one.claim, "sent", message_id=one.message_id or None)
        case PartOutcome.REFUSED:
            return smpp.Answered(one.id, one.claim, "failed", one.code)
        case PartOutcome.UNKNOWN:
            return smpp.Answered(one.id, one.claim, "unknown", one.code)
        case PartOutcome.RETRY if one.claim >= _MOST_TRIES:
            return smpp.Answered(one.id, one.claim, "failed", f"gave_up {one.code}")
        case PartOutcome.RETRY | PartOutcome.NOT_SENT:
            return smpp.Answered(one.id, one.claim, "queued", one.code, again_at=again_at)
        case PartOutcome.IN_DOUBT if one.claim >= _MOST_IN_DOUBT:
            return smpp.Answered(one.id, one.claim, "unknown", "link_lost")
        case PartOutcome.IN_DOUBT:
            return smpp.Answered(one.id, one.claim, "sending", "link_lost", again_at=again_at)


def _tell(ctx: Context, sms: Sequence[smpp.SmsMoved]) -> None:
    """Move MT SMS as their parts have moved."""
    reports = []
    for one in sms:
        state = state_of(one.states)
        if state is not None:
            reason = next((code for code in one.codes if code), "")
            reports.append(
                DeliveryReport(CHANNEL, one.reference, state, reason[:60], one.reference)
            )
    if reports:
        with _here():
            record_deliveries(ctx, reports)


def state_of(parts: Sequence[str]) -> SmsState | None:
    """An SMS has arrived when all its parts have, and has failed when one of them has; None while
    there is nothing to say."""
    for ended in (SmsState.FAILED, SmsState.EXPIRED):
        if ended in parts:
            return ended
    if set(parts) == {SmsState.DELIVERED}:
        return SmsState.DELIVERED
    return SmsState.BUFFERED if SmsState.BUFFERED in parts else None


@contextmanager
def _here() -> Iterator[None]:
    try:
        yield
    except DatabaseUnavailable as error:
        raise DeskAway from error
