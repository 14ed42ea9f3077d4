"""A scheduled purchase whose time has come: its owner hears of it, later it is made.

Each run ends in one commit, whose compare-and-set on the run's moment decides who has it: with the
order in it, or with the SMS that says why there is none. So it doesn't matter how often, by how
many, or with which crash in between this is done.
"""

from app.db import ledger, outbox, schedules, subscribers
from app.db.engine import Transaction
from app.db.schedules import ScheduleRow
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import AIRTIME
from app.domain.ledger import wallet
from app.domain.requests import (
    LimitReached,
    NotEnough,
    OrderPlaced,
    Origin,
    PlanGone,
    PriceChanged,
    Quoted,
    Refusal,
    Refused,
    TooFast,
)
from app.domain.risk import Score
from app.domain.schedules import CHANNEL, Every, Paused, is_missed, reminder_of
from app.domain.second_factor import Act, Subject
from app.domain.sim_swap import SimState
from app.services.context import Context
from app.services.place_order import Sale, new_order, place, said
from app.services.schedules import price_now
from app.services.sim_swap import foresee, state_of
from app.services.spend import NotSpent, Spending, Undone, spend_granted

_MISSED = "missed"


def look_after_schedule(ctx: Context, schedule_id: int) -> None:
    """Remind of the next run, or make it, as far as that is due; safe to run again."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        row = schedules.find(tx, schedule_id)
        if row is None or row.next_at is None or (row.remind_at or row.next_at) > now:
            return
        doubt = _doubt(ctx, tx, row)
        if doubt is not None:
            if schedules.pause_run(tx, row, doubt):
                _tell(ctx, tx, row, "schedule_paused", why=str(doubt))
        elif row.remind_at is not None:
            _remind(ctx, tx, row)
    if doubt is not None:
        ctx.nudge()
    elif row.remind_at is not None:
        # Now, so that the network's answer about the SIM is there when the run comes.
        foresee(ctx, row.msisdn, _subject(row))
        ctx.nudge()
    elif is_missed(row.next_at, now, row.country):
        _not_bought(ctx, row, _MISSED)
    else:
        _make(ctx, row)


def place_scheduled(
    ctx: Context, row: ScheduleRow, buyer: SubscriberRow
) -> OrderPlaced | NotSpent | None:
    """Buy it by the mandate that was given with the PIN; None: somebody else had the run."""
    origin = Origin(CHANNEL, str(row.id), row.run, row.msisdn)
    spending = Spending(row.price, _subject(row), elsewhere=Refusal.NOT_SOLD_HERE)
    return spend_granted(
        ctx, origin, buyer, spending,
        lambda buyer, score: _place(ctx, origin, buyer, row, score),
        can_prove=False,
    )  # fmt: skip


def _place(
    ctx: Context, origin: Origin, buyer: SubscriberRow, row: ScheduleRow, score: Score
) -> OrderPlaced | None:
    price = price_now(ctx, row.operator, row.product, row.price)
    if price is None:
        raise Undone(PlanGone())
    if price > row.price:
        raise Undone(PriceChanged(Quoted(price, "")))
    sale = Sale(row.product, row.operator, row.recipient, price, price, row.price)
    order = new_order(ctx, origin, buyer, sale, score)
    with ctx.db.transaction() as tx:
        if not _move_on(ctx, tx, row):
            return None
        return said(place(ctx, tx, order))


def _make(ctx: Context, row: ScheduleRow) -> None:
    with ctx.db.statement() as tx:
        buyer = subscribers.find_by_id(tx, row.subscriber_id)
    outcome = None if buyer is None else place_scheduled(ctx, row, buyer)
    match outcome:
        case None | OrderPlaced():
            return
        case NotEnough():
            _not_bought(ctx, row, "not_enough", left_minor=outcome.balance.amount_minor)
        case LimitReached():
            _not_bought(ctx, row, "limit")
        case TooFast():
            _not_bought(ctx, row, "too_fast")
        case PriceChanged():
            _not_bought(ctx, row, "dearer", now_minor=outcome.now.price.amount_minor)
        case PlanGone():
            _not_bought(ctx, row, "gone")
        case Refused(why=Refusal.NEEDS_SECOND_FACTOR):
            _not_bought(ctx, row, "proof")
        case _:
            _not_bought(ctx, row, "not_sold")


def _not_bought(ctx: Context, row: ScheduleRow, why: str, **more: object) -> None:
    with ctx.db.transaction() as tx:
        if _move_on(ctx, tx, row):
            _tell(ctx, tx, row, "schedule_not_bought", why=why, **more)
    ctx.nudge()


def _remind(ctx: Context, tx: Transaction, row: ScheduleRow) -> None:
    if not schedules.reminded(tx, row) or row.next_at is None:
        return
    balance = ledger.balance(tx, wallet(row.subscriber_id, row.price.currency))
    _tell(
        ctx, tx, row, "schedule_soon", at=row.next_at.isoformat(), country=row.country,
        balance_minor=balance.amount_minor,
    )  # fmt: skip


def _move_on(ctx: Context, tx: Transaction, row: ScheduleRow) -> bool:
    """End the run in this commit; what was missed meanwhile isn't made up for."""
    now = ctx.clock.now()
    if row.rhythm.every is Every.ONCE:
        return schedules.move_on(tx, row, None, None)
    next_at = row.rhythm.next_after(now, row.country)
    return schedules.move_on(tx, row, next_at, reminder_of(next_at, now, row.country))


def _doubt(ctx: Context, tx: Transaction, row: ScheduleRow) -> Paused | None:
    """Why the mandate may not be the word of whoever uses the number now."""
    doubt = schedules.doubt(tx, row, ctx.clock.now())
    if doubt is None and state_of(ctx, tx, row.msisdn) is SimState.RECENT:
        return Paused.SIM_SWAPPED
    return doubt


def _subject(row: ScheduleRow) -> Subject:
    act = Act.AIRTIME if row.product == AIRTIME else Act.DATA
    return Subject(act, row.price, row.recipient)


def _tell(ctx: Context, tx: Transaction, row: ScheduleRow, kind: str, **more: object) -> None:
    """One SMS of a kind per run."""
    params = {
        "operator": row.operator, "product": row.product, "recipient": row.recipient,
        "amount_minor": row.price.amount_minor, "currency": row.price.currency,
        "code": ctx.short_code, **more,
    }  # fmt: skip
    outbox.queue_sms(
        tx, row.msisdn, kind, row.language, params, dedupe_key=f"{kind}:{row.id}:{row.run}"
    )
