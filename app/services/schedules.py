"""Make, show, pause and stop scheduled purchases. The PIN is wanted for a mandate, never to end
one; that it was given is all that is kept of it."""

from app.db import orders, pins, schedules, subscribers
from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.db.schedules import NewSchedule, ScheduleRow
from app.db.subscribers import SubscriberRow
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.orders import OrderState
from app.domain.requests import (
    Done,
    FirstRun,
    GetFirstRun,
    GetRepeatable,
    GetSchedules,
    MakeSchedule,
    Origin,
    PauseSchedule,
    PinLocked,
    Refusal,
    Refused,
    Repeatable,
    Repeatables,
    ResumeSchedule,
    Schedule,
    ScheduleRuns,
    Schedules,
    SchedulesFull,
    StopSchedule,
    WrongPin,
)
from app.domain.schedules import MOST, reminder_of
from app.domain.second_factor import Act, Subject
from app.domain.sim_swap import SimState
from app.services.check_pin import Door, Verified, verify
from app.services.context import Context
from app.services.place_order import is_airtime_of, plan_on_sale
from app.services.second_factor import wants_proof
from app.services.sim_swap import state_of

_LOOKS_AT, _OFFERS = 20, 5

Resumed = ScheduleRuns | WrongPin | PinLocked | Refused
Made = Resumed | SchedulesFull


def get_schedules(ctx: Context, origin: Origin, _: GetSchedules) -> Schedules:
    with ctx.db.statement() as tx:
        kept = schedules.kept_by(tx, origin.msisdn)
    return Schedules(tuple(map(_shown, kept)))


def get_repeatable(ctx: Context, origin: Origin, _: GetRepeatable) -> Repeatables:
    """Of the latest purchases; none abroad, where the price isn't known before the day."""
    with ctx.db.statement() as tx:
        latest = orders.latest(tx, origin.msisdn, _LOOKS_AT)
    bought = dict.fromkeys(
        (order.operator, order.product, order.recipient, _agreed(order))
        for order in latest
        if order.worth is None and order.state is not OrderState.DECLINED
    )
    offered: list[Repeatable] = []
    for operator, product, recipient, agreed in bought:
        price = price_now(ctx, operator, product, agreed)
        if price is not None and len(offered) < _OFFERS:
            offered.append(Repeatable(operator, product, recipient, price))
    return Repeatables(tuple(offered))


def _agreed(order: OrderRow) -> Money:
    """Airtime of another amount is another purchase; a plan at another price isn't."""
    return order.price if order.product == AIRTIME else Money(0, order.price.currency)


def price_now(ctx: Context, operator: str, product: str, agreed: Money) -> Money | None:
    """What it costs today; None: it isn't sold. Airtime costs what it is."""
    if product == AIRTIME:
        return agreed if is_airtime_of(operator, agreed) else None
    plan = plan_on_sale(ctx, operator, product)
    return plan.price if plan else None


def get_first_run(ctx: Context, origin: Origin, request: GetFirstRun) -> FirstRun:
    country = country_of(origin.msisdn)
    return FirstRun(request.rhythm.next_after(ctx.clock.now(), country))


def make_schedule(
    ctx: Context, origin: Origin, request: MakeSchedule, door: Door = Door.USSD
) -> Made:
    """Once per (channel, session, step); however many sessions make one at once, no more than
    MOST."""
    given_at = ctx.clock.now()
    verdict = verify(ctx, origin, request.pin, door)
    if not isinstance(verdict, Verified):
        return verdict
    owner = verdict.subscriber
    why = _doubt(ctx, owner) or _refusal(ctx, owner, request)
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, owner.id)
        kept = schedules.how_many(tx, owner.id)
        made_before = schedules.of_step(tx, origin, owner.id)
        if made_before is not None:
            return ScheduleRuns(made_before)
        if why is not None:
            return Refused(why)
        if kept >= MOST:
            return SchedulesFull()
        now = ctx.clock.now()
        next_at = request.rhythm.next_after(now, owner.country)
        schedules.make(
            tx, origin,
            NewSchedule(
                owner.id, request.product, request.operator, request.recipient, request.price,
                request.rhythm, given_at, next_at, reminder_of(next_at, now, owner.country),
            ),
        )  # fmt: skip
    return ScheduleRuns(next_at)


def _doubt(ctx: Context, owner: SubscriberRow) -> Refusal | None:
    """Why no mandate is taken from whoever uses this number now."""
    if owner.must_change_pin:
        return Refusal.MUST_CHANGE_PIN
    with ctx.db.transaction() as tx:
        state = state_of(ctx, tx, owner.msisdn)
    return Refusal.SIM_SWAPPED if state is SimState.RECENT else None


def _refusal(ctx: Context, owner: SubscriberRow, request: MakeSchedule) -> Refusal | None:
    sold = price_now(ctx, request.operator, request.product, request.price)
    if (
        sold is None
        or not request.rhythm.is_possible()
        or not owner.currency == sold.currency == request.price.currency
        or country_of(request.recipient) != owner.country
    ):
        return Refusal.NOT_SOLD_HERE
    act = Act.AIRTIME if request.product == AIRTIME else Act.DATA
    subject = Subject(act, request.price, request.recipient)
    if not owner.limits_exempt and wants_proof(ctx, owner.country, subject):
        return Refusal.TOO_MUCH_TO_SCHEDULE
    return None


def pause_schedule(ctx: Context, origin: Origin, request: PauseSchedule) -> Done | Refused:
    """Safe to run again; one that is over stays so."""
    with ctx.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, origin.msisdn)
        if owner is None:
            return Refused(Refusal.NOT_REGISTERED)
        schedules.pause(tx, request.schedule, owner.id)
    return Done()


def stop_schedule(ctx: Context, origin: Origin, request: StopSchedule) -> Done | Refused:
    """For ever: when this has been answered, no run of it is placed any more."""
    with ctx.db.transaction() as tx:
        owner = subscribers.find_by_msisdn(tx, origin.msisdn)
        if owner is None:
            return Refused(Refusal.NOT_REGISTERED)
        schedules.stop(tx, request.schedule, owner.id)
    return Done()


def resume_schedule(ctx: Context, origin: Origin, request: ResumeSchedule) -> Resumed:
    """From now on: runs that passed while it was paused aren't made up for."""
    given_at = ctx.clock.now()
    verdict = verify(ctx, origin, request.pin, Door.USSD)
    if not isinstance(verdict, Verified):
        return verdict
    owner = verdict.subscriber
    why = _doubt(ctx, owner)
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, owner.id)
        if why is not None:
            return Refused(why)
        row = _own(tx, request.schedule, owner)
        if row is None:
            return Refused(Refusal.SCHEDULE_OVER)
        now = ctx.clock.now()
        next_at = row.rhythm.next_after(now, owner.country)
        if not schedules.resume(
            tx, row, given_at, next_at, reminder_of(next_at, now, owner.country)
        ):
            return ScheduleRuns(row.next_at) if row.next_at else Refused(Refusal.SCHEDULE_OVER)
    return ScheduleRuns(next_at)


def _own(tx: Transaction, schedule_id: int, owner: SubscriberRow) -> ScheduleRow | None:
    row = schedules.find(tx, schedule_id)
    return row if row is not None and row.subscriber_id == owner.id else None


def _shown(row: ScheduleRow) -> Schedule:
    return Schedule(
        row.id, row.operator, row.product, row.recipient, row.price, row.rhythm, row.next_at
    )
