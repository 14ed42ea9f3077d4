"""Every reply about data plans, saved numbers and schedules, as long as it gets."""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.beneficiaries import LONGEST_NAME
from app.domain.catalogue import AIRTIME, Plan
from app.domain.money import Money
from app.domain.products import Family
from app.domain.requests import (
    Beneficiaries,
    Beneficiary,
    BuyData,
    Done,
    FirstRun,
    GetBeneficiaries,
    GetFirstRun,
    GetPlans,
    GetRepeatable,
    GetSchedules,
    LimitReached,
    ListFull,
    MakeSchedule,
    NameTaken,
    NotEnough,
    OrderPlaced,
    PauseSchedule,
    PlanGone,
    Plans,
    PriceChanged,
    Quoted,
    RemoveBeneficiary,
    Repeatable,
    Repeatables,
    ResumeSchedule,
    SaveBeneficiary,
    Schedule,
    ScheduleRuns,
    Schedules,
    SchedulesFull,
    StopSchedule,
    TooFast,
)
from app.domain.schedules import Every, Rhythm
from menus.texts.longest import AMOUNT, BALANCE, OPERATOR, PLAN_CODE, RECIPIENT, REFERENCE, UNTIL

Replies = dict[type, Callable[[Any], Iterable[object]]]
_SAVED = (Beneficiary(RECIPIENT, "W" * LONGEST_NAME),) * 5
"""More than fit a page."""


def _plans(price: Money) -> Plans:
    return Plans(
        tuple(
            Plan(OPERATOR.code, code, Family.GIFTING, 10_300, days, price)
            for code, days in (
                ("10300mb-1d-gifting", 1),
                ("10300mb-14d-gifting", 14),
                (PLAN_CODE, 365),
            )
        )
    )


def data_replies(pin_refused: tuple[object, ...]) -> Replies:
    """A plan bought before costs what it did, or more, or is gone."""
    return {
        GetPlans: lambda _: (_plans(AMOUNT), _plans(BALANCE), Plans(())),
        BuyData: lambda asked: (
            OrderPlaced(REFERENCE),
            OrderPlaced(REFERENCE, UNTIL),
            PriceChanged(Quoted(BALANCE, "")),
            PlanGone(),
            NotEnough(BALANCE, asked.price),
            LimitReached(AMOUNT),
            TooFast(UNTIL),
            *pin_refused,
        ),
    }


def saved_replies(refused: tuple[object, ...]) -> Replies:
    """An empty list and a full one."""
    return {
        GetBeneficiaries: lambda _: (Beneficiaries(()), Beneficiaries(_SAVED)),
        SaveBeneficiary: lambda _: (Done(), NameTaken(), ListFull(), TooFast(UNTIL), *refused),
        RemoveBeneficiary: lambda _: (Done(), *refused),
    }


def schedule_replies(pin_refused: tuple[object, ...], refused: tuple[object, ...]) -> Replies:
    """Schedules that run and that are paused, of each kind; purchases of airtime and data."""
    repeatable = tuple(
        Repeatable(OPERATOR.code, product, RECIPIENT, AMOUNT) for product in (PLAN_CODE, AIRTIME)
    )
    kept = tuple(
        Schedule(
            1, one.operator, one.product, one.recipient, one.price, Rhythm(every, 1), next_at
        )
        for one in repeatable
        for every in Every
        for next_at in (UNTIL, None)
    )  # fmt: skip
    return {
        GetSchedules: lambda _: (Schedules(()), Schedules(kept)),
        GetRepeatable: lambda _: (Repeatables(()), Repeatables(repeatable)),
        GetFirstRun: lambda _: (FirstRun(UNTIL),),
        MakeSchedule: lambda _: (ScheduleRuns(UNTIL), SchedulesFull(), *pin_refused),
        ResumeSchedule: lambda _: (ScheduleRuns(UNTIL), *pin_refused),
        PauseSchedule: lambda _: (Done(), *refused),
        StopSchedule: lambda _: (Done(), *refused),
    }
