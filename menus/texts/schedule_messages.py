"""SMS about scheduled purchases: before one is made, and when none is."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.operators import OPERATORS
from menus.texts.catalogue import later, say
from menus.texts.plans import plan_name

Params = Mapping[str, Any]

NOT_BOUGHT = {
    "not_enough": later("You have {left}."),
    "limit": later("It is above your limit."),
    "too_fast": later("You bought too often just before."),
    "dearer": later("It costs {now} now."),
    "gone": later("It is not sold any more."),
    "proof": later("It needs one more proof: please dial."),
    "not_sold": later("We can't sell it now."),
    "missed": later("We could not do it on that day."),
}
PAUSED = {
    "blocked": later("your account is blocked"),
    "pin_changed": later("your PIN was changed"),
    "pin_locked": later("your PIN is locked"),
    "sim_swapped": later("your SIM was changed"),
}


def bought(language: str, operator: str, product: str, price: str) -> str:
    """`MTN 1GB 7 days NGN 800.00`, `MTN NGN 200.00`."""
    plan = plan_name(language, product)
    return " ".join(filter(None, (OPERATORS[operator].name, plan, price)))


def _said(language: str, params: Params) -> dict[str, object]:
    price = Money(params["amount_minor"], params["currency"])
    return {
        "bought": bought(language, params["operator"], params["product"], str(price)),
        "number": spoken(Msisdn(params["recipient"])), "code": params["code"],
    }  # fmt: skip


def _soon(language: str, params: Params) -> str:
    at = datetime.fromisoformat(params["at"]).astimezone(zone_of(params["country"]))
    return say(
        language,
        "On {time} we buy {bought} for {number}. Balance {balance}. To stop it dial {code}, My"
        " account.",
        time=at.strftime("%d/%m %H:%M"), balance=Money(params["balance_minor"], params["currency"]),
        **_said(language, params),
    )  # fmt: skip


def _not_bought(language: str, params: Params) -> str:
    sums = {
        name: Money(params[f"{name}_minor"], params["currency"])
        for name in ("left", "now")
        if f"{name}_minor" in params
    }
    why = say(language, NOT_BOUGHT[params["why"]], **sums)
    return say(
        language, "Not bought as scheduled: {bought} for {number}. {why} Nothing was charged.",
        why=why, **_said(language, params),
    )  # fmt: skip


def _paused(language: str, params: Params) -> str:
    return say(
        language,
        "Paused because {why}: {bought} for {number}. Nothing was charged. To go on dial {code}, My"
        " account.",
        why=say(language, PAUSED[params["why"]]), **_said(language, params),
    )  # fmt: skip


SCHEDULE_KINDS: dict[str, Callable[[str, Params], str]] = {
    "schedule_soon": _soon,
    "schedule_not_bought": _not_bought,
    "schedule_paused": _paused,
}
