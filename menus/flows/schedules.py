"""Scheduled purchases: one bought before is bought again every week, every month or on a day."""

from collections.abc import Callable
from datetime import datetime

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.requests import (
    FirstRun,
    GetFirstRun,
    GetRepeatable,
    GetSchedules,
    MakeSchedule,
    PauseSchedule,
    Refused,
    Repeatable,
    Repeatables,
    ResumeSchedule,
    Schedule,
    ScheduleRuns,
    Schedules,
    SchedulesFull,
    StopSchedule,
)
from app.domain.schedules import MOST, Every, Rhythm
from app.domain.secret import Secret
from menus.engine.session import Value
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.shared import PIN_ENDS, REFUSED, after_pin, ending, money, spoken_language, tell
from menus.texts.catalogue import later
from menus.texts.schedule_messages import bought

_EVERY = {
    Every.WEEK: later("Every week"), Every.MONTH: later("Every month"), Every.ONCE: later("Once"),
}  # fmt: skip
_WEEKDAYS = (
    later("Monday"), later("Tuesday"), later("Wednesday"), later("Thursday"), later("Friday"),
    later("Saturday"), later("Sunday"),
)  # fmt: skip
_LAST_DAY = 31


def _list(scene: Scene) -> Screen:
    known: Schedules = scene.fact
    return Screen(
        tell(scene.data, "Scheduled purchases"),
        (
            Choice(tell(scene.data, "Repeat a purchase"), "schedules.what"),
            *(_kept(scene, schedule) for schedule in known.kept),
        ),
    )


def _kept(scene: Scene, schedule: Schedule) -> Choice:
    at = schedule.next_at
    put: dict[str, Value] = {
        **_purchase(schedule), "schedule": schedule.id, "every": schedule.rhythm.every,
        "at": _day(scene, at) if at else "", "paused": int(at is None),
    }  # fmt: skip
    number = spoken(schedule.recipient)
    label = f"{_short(scene, schedule)} {number}: {tell(scene.data, _EVERY[schedule.rhythm.every])}"
    return Choice(label, "schedules.one", put, walk=False)


def _purchase(one: Schedule | Repeatable) -> dict[str, Value]:
    return {
        "operator": one.operator, "plan": one.product, "recipient": one.recipient,
        "amount": one.price.amount_minor,
    }  # fmt: skip


def _short(scene: Scene, one: Schedule | Repeatable) -> str:
    return bought(spoken_language(scene.data), one.operator, one.product, one.price.label())


def _bought(scene: Scene) -> str:
    """`MTN 1GB 7 days NGN 800.00`"""
    return bought(
        spoken_language(scene.data), scene.text("operator"), scene.text("plan"),
        str(money(scene)),
    )  # fmt: skip


def _number(scene: Scene) -> str:
    return spoken(Msisdn(scene.text("recipient")))


def _what(scene: Scene) -> Screen:
    found: Repeatables = scene.fact
    if not found.purchases:
        return Screen(tell(scene.data, "Nothing that you bought lately can be repeated."))
    return Screen(
        tell(scene.data, "Repeat a purchase"),
        tuple(
            Choice(
                f"{_short(scene, one)} {spoken(one.recipient)}", "schedules.when", _purchase(one),
                walk=False,
            )
            for one in found.purchases
        ),
    )  # fmt: skip


def _when(scene: Scene) -> Screen:
    text = tell(scene.data, "{bought} for {number}", bought=_bought(scene), number=_number(scene))
    return Screen(
        text,
        tuple(
            Choice(
                tell(scene.data, label),
                "schedules.weekday" if every is Every.WEEK else "schedules.day",
                {"every": every},
            )
            for every, label in _EVERY.items()
        ),
    )  # fmt: skip


def _weekday(scene: Scene) -> Screen:
    return Screen(
        tell(scene.data, "On which day?"),
        tuple(
            Choice(tell(scene.data, name), "schedules.confirm", {"day": day})
            for day, name in enumerate(_WEEKDAYS, start=1)
        ),
    )


def _day_typed(scene: Scene, typed: str) -> Move | Wrong:
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= _LAST_DAY):
        return Wrong(tell(scene.data, "A day is 1 to 31."))
    return Move("schedules.confirm", {"day": int(typed)})


def _rhythm(scene: Scene) -> Rhythm:
    return Rhythm(Every(scene.text("every")), scene.number("day"))


def _day(scene: Scene, at: datetime) -> str:
    """`09/03 09:00` where the subscriber lives."""
    return at.astimezone(zone_of(scene.text("country"))).strftime("%d/%m %H:%M")


def _confirm(scene: Scene) -> Screen:
    first: FirstRun = scene.fact
    text = tell(
        scene.data, "{bought} for {number}. {every}, first on {time}",
        bought=_bought(scene), number=_number(scene),
        every=tell(scene.data, _EVERY[Every(scene.text("every"))]), time=_day(scene, first.at),
    )  # fmt: skip
    return Screen(text, (Choice(tell(scene.data, "Confirm"), "schedules.pin"),))


def _pin_typed(scene: Scene, typed: str) -> Do:
    price = Money(scene.number("amount"), scene.text("currency"))
    return Do(
        MakeSchedule(
            Msisdn(scene.text("recipient")), scene.text("operator"), scene.text("plan"), price,
            _rhythm(scene), Secret(typed),
        )
    )  # fmt: skip


def _runs(scene: Scene) -> Move:
    runs: ScheduleRuns = scene.fact
    return Move("schedules.runs", {"at": _day(scene, runs.next_at)})


def _one(scene: Scene) -> Screen:
    paused = scene.number("paused")
    what = tell(scene.data, "{bought} for {number}", bought=_bought(scene), number=_number(scene))
    every = tell(scene.data, _EVERY[Every(scene.text("every"))])
    when = tell(scene.data, "Paused") if paused else scene.text("at")
    first = (
        Choice(tell(scene.data, "Go on"), "schedules.again")
        if paused
        else Choice(tell(scene.data, "Pause"), "schedules.pause")
    )
    return Screen(
        f"{what}. {every}, {when}", (first, Choice(tell(scene.data, "Stop"), "schedules.stop"))
    )


def _over(notice: str) -> Callable[[Scene], Move]:
    def move(scene: Scene) -> Move:
        if isinstance(scene.fact, Refused):
            return Move(REFUSED, {"why": scene.fact.why})
        return Move("schedules", notice=tell(scene.data, notice))

    return move


STATES = (
    State(
        "schedules", ask=lambda _: GetSchedules(), screen=_list,
        goes=("schedules.what", "schedules.one"), fresh=True,
    ),
    State("schedules.what", ask=lambda _: GetRepeatable(), screen=_what, goes=("schedules.when",)),
    State("schedules.when", screen=_when, goes=("schedules.weekday", "schedules.day")),
    State("schedules.weekday", screen=_weekday, goes=("schedules.confirm",)),
    State(
        "schedules.day",
        screen=lambda scene: Screen(tell(scene.data, "On which day of the month? 1 to 31")),
        accept=_day_typed, goes=("schedules.confirm",),
    ),
    State(
        "schedules.confirm", ask=lambda scene: GetFirstRun(_rhythm(scene)), screen=_confirm,
        goes=("schedules.pin",),
    ),
    State(
        "schedules.pin",
        screen=lambda scene: Screen(
            tell(scene.data, "Enter PIN to schedule {bought}", bought=_bought(scene))
        ),
        accept=_pin_typed,
        after={
            **after_pin("schedules.pin"),
            ScheduleRuns: _runs,
            SchedulesFull: lambda scene: Move(
                "schedules",
                notice=tell(
                    scene.data, "{most} purchases are scheduled. Stop one first.", most=MOST
                ),
            ),
        },
        goes=("schedules.pin", "schedules.runs", "schedules", *PIN_ENDS), secret=True,
    ),
    State(
        "schedules.one", screen=_one,
        goes=("schedules.pause", "schedules.again", "schedules.stop"),
    ),
    State(
        "schedules.pause", ask=lambda scene: PauseSchedule(scene.number("schedule")),
        route=_over(later("Paused")), goes=("schedules", REFUSED),
    ),
    State(
        "schedules.stop", ask=lambda scene: StopSchedule(scene.number("schedule")),
        route=_over(later("Stopped")), goes=("schedules", REFUSED),
    ),
    State(
        "schedules.again",
        screen=lambda scene: Screen(
            tell(scene.data, "Enter PIN to schedule {bought}", bought=_bought(scene))
        ),
        accept=lambda scene, typed: Do(ResumeSchedule(scene.number("schedule"), Secret(typed))),
        after={**after_pin("schedules.again"), ScheduleRuns: _runs},
        goes=("schedules.again", "schedules.runs", *PIN_ENDS), secret=True,
    ),
    ending(
        "schedules.runs",
        lambda scene: tell(
            scene.data, "Scheduled: {bought}, next on {time}. An SMS comes before it.",
            bought=_bought(scene), time=scene.text("at"),
        ),
    ),
)  # fmt: skip
