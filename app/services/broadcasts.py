"""An SMS to many: written, counted by a job, released by one person or two, stopped by one."""

from collections.abc import Mapping

from app.db import broadcasts, outbox, sms_limits
from app.db.approvals import ApprovalRow
from app.db.broadcasts import BroadcastRow, NewBroadcast
from app.db.engine import Transaction
from app.domain.broadcasts import ENGLISH, Audience, BroadcastState, cost, sms_parts
from app.domain.business_settings import BROADCAST_ALONE
from app.domain.money import Money
from app.domain.msisdn import Msisdn, masked
from app.domain.roles import Right
from app.security.audit import Entry, append
from app.services.ask_approval import ask_approval
from app.services.business_settings import value_of
from app.services.context import Context
from app.services.reason import reason_of
from app.services.staff_may import check_may
from app.services.staff_refused import StaffRefused
from menus.engine.gsm7 import is_gsm7
from menus.engine.segments import parts
from menus.texts.catalogue import LANGUAGES
from menus.texts.kinds import most_parts

TESTS_AN_HOUR = 10
MOST_PARTS = most_parts("broadcast")


def text_problem(text: str) -> str:
    """What is wrong with a text, as a sentence; empty when it may be sent."""
    foreign = "".join(dict.fromkeys(c for c in text if not is_gsm7(c)))
    if foreign:
        return f"Feature phones don't show {foreign[:20]}: write it with plain letters."
    if parts(text) > MOST_PARTS:
        return f"It takes {parts(text)} SMS parts; {MOST_PARTS} are the most. Write less."
    return ""


def parts_of(texts: Mapping[str, str]) -> dict[str, int]:
    """SMS parts by language."""
    return {language: parts(text) for language, text in texts.items()}


def cost_of(row: BroadcastRow) -> Money | None:
    """What it costs in all; None before it is counted."""
    if row.price_minor is None:
        return None
    price = Money(row.price_minor, row.audience.currency)
    return cost(row.counts, parts_of(row.texts), price)


def make_broadcast(
    ctx: Context, reference: str, audience: Audience, texts: Mapping[str, str], actor: str
) -> None:
    """Write it down and have it counted; the same reference (the form's key) is one broadcast.
    Raises StaffRefused."""
    given = {language: text for language, text in texts.items() if text}
    if ENGLISH not in given or not given.keys() <= LANGUAGES.keys():
        raise StaffRefused("an English text is wanted: it goes to whoever reads no other")
    for language, text in given.items():
        if problem := text_problem(text):
            raise StaffRefused(f"{LANGUAGES[language]}: {problem}")
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.SEND_BROADCAST)
        made = broadcasts.add(tx, NewBroadcast(reference, audience, given, actor, now))
        if made is None:
            before = broadcasts.find(tx, reference)
            if before is None or (before.made_by, before.texts) != (actor, given):
                raise StaffRefused("this form was sent before, with something else in it")
            return
        append(tx, Entry(now, actor, "broadcast.write", reference, _told(audience, given)))
        outbox.put(tx, outbox.BROADCAST, made)
    ctx.nudge()


def release_broadcast(ctx: Context, reference: str, reason: str, actor: str, key: str) -> str:
    """Have it go out; empty, or the ticket under which a second person decides where it goes to
    more people than one may release. Released before, it is released no second time. Raises
    StaffRefused."""
    kept = reason_of(reason)
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.SEND_BROADCAST)
        row = _locked(tx, reference)
        if row.state in (BroadcastState.RUNNING, BroadcastState.ASKED):
            return row.ticket or ""
        _expect(row, BroadcastState.COUNTED)
        if not row.recipients:
            raise StaffRefused("nobody would get it: write another one")
        if row.recipients > value_of(tx, BROADCAST_ALONE):
            ticket = ask_approval(ctx, tx, "broadcast", _facts(row), kept, actor, key)
            broadcasts.asked(tx, row, ticket)
            return ticket
        _start(ctx, tx, row, actor, {"reason": kept})
    ctx.nudge()
    return ""


def start_broadcast(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:
    """What an approved `broadcast` does. Raises StaffRefused when it was stopped meanwhile."""
    row = _locked(tx, approval.detail["broadcast"])
    _expect(row, BroadcastState.ASKED)
    _start(ctx, tx, row, actor, {"ticket": approval.ticket})
    return f"broadcast {row.reference} goes out to {row.recipients:,}"


def stop_broadcast(ctx: Context, reference: str, reason: str, actor: str) -> int:
    """No more of it goes out; how many that were queued aren't sent any more. Raises
    StaffRefused."""
    kept, now = reason_of(reason), ctx.clock.now()
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.SEND_BROADCAST)
        row = _locked(tx, reference)
        if row.state in (BroadcastState.DONE, BroadcastState.STOPPED):
            raise StaffRefused(f"{reference} is {row.state} already")
        broadcasts.end(tx, row, BroadcastState.STOPPED, kept, now)
        dropped = broadcasts.drop_queued(tx, reference)
        append(tx, Entry(
            now, actor, "broadcast.stop", reference,
            {"reason": kept, "queued": str(row.queued), "not_sent": str(dropped)},
            before={"state": row.state.value}, after={"state": "stopped"},
        ))  # fmt: skip
    return dropped


def send_test(
    ctx: Context, reference: str, language: str, to: Msisdn, actor: str, key: str
) -> None:
    """One SMS with the text to oneself, whatever the hour; once per key. Raises StaffRefused."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        check_may(tx, actor, Right.SEND_BROADCAST)
        row = _locked(tx, reference)
        if language not in row.texts:
            raise StaffRefused("there is no text in this language")
        hour = now.replace(minute=0, second=0, microsecond=0)
        if not sms_limits.ask(tx, "broadcast_test", actor, hour, TESTS_AN_HOUR):
            raise StaffRefused(f"{TESTS_AN_HOUR} tests an hour are the most: wait a little")
        outbox.queue_sms(
            tx, to, "broadcast_test", language, {"text": row.texts[language]},
            dedupe_key=f"broadcast_test:{key}",
        )  # fmt: skip
        detail = {"to": masked(to), "language": language}
        append(tx, Entry(now, actor, "broadcast.test", reference, detail))
    ctx.nudge()


def _locked(tx: Transaction, reference: str) -> BroadcastRow:
    row = broadcasts.lock(tx, reference)
    if row is None:
        raise StaffRefused(f"there is no broadcast {reference}")
    return row


def _expect(row: BroadcastRow, state: BroadcastState) -> None:
    if row.state is not state:
        raise StaffRefused(f"{row.reference} is {row.state} by now")


def _start(
    ctx: Context, tx: Transaction, row: BroadcastRow, actor: str, detail: dict[str, str]
) -> None:
    now = ctx.clock.now()
    broadcasts.start(tx, row, now)
    outbox.put(tx, outbox.BROADCAST, row.id)
    told = {**detail, "recipients": str(row.recipients), "cost": str(cost_of(row))}
    append(tx, Entry(
        now, actor, "broadcast.start", row.reference, told,
        before={"state": row.state.value}, after={"state": "running"},
    ))  # fmt: skip


def _facts(row: BroadcastRow) -> dict[str, object]:
    """What a second person reads."""
    return {
        "broadcast": row.reference, "recipients": f"{row.recipients:,}",
        "parts": f"{sms_parts(row.counts, parts_of(row.texts)):,}", "cost": str(cost_of(row)),
        **{LANGUAGES[language]: text for language, text in row.texts.items()},
    }  # fmt: skip


def _told(audience: Audience, texts: Mapping[str, str]) -> dict[str, str]:
    wanted = {
        "country": audience.country, "operator": audience.operator, "language": audience.language,
        "tier": "" if audience.tier is None else str(audience.tier),
        "bought_days": "" if audience.bought_days is None else str(audience.bought_days),
    }  # fmt: skip
    return {name: value for name, value in wanted.items() if value} | dict(texts)
