"""Every reply about data plans and saved numbers, as long as it gets."""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.beneficiaries import LONGEST_NAME
from app.domain.catalogue import Plan
from app.domain.money import Money
from app.domain.products import Family
from app.domain.requests import (
    Beneficiaries,
    Beneficiary,
    BuyData,
    Done,
    GetBeneficiaries,
    GetPlans,
    LimitReached,
    ListFull,
    NameTaken,
    NotEnough,
    OrderPlaced,
    PlanGone,
    Plans,
    PriceChanged,
    Quoted,
    RemoveBeneficiary,
    SaveBeneficiary,
    TooFast,
)
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
        SaveBeneficiary: lambda _: (Done(), NameTaken(), ListFull(), *refused),
        RemoveBeneficiary: lambda _: (Done(), *refused),
    }
