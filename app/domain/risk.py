"""How much an act looks like somebody else's: rules that a person can read, as data.

Each rule that holds adds its points; the sum decides whether the act is allowed, wants a second
factor, or waits for staff. Points and thresholds are the usual ones until staff change them
(app.domain.business_settings). All figures are our own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.days import zone_of
from app.domain.money import Money
from app.domain.second_factor import Act
from app.domain.sms_rules import PIN_UP_TO

STEP_UP_AT = "risk_step_up_at"
HOLD_AT = "risk_hold_at"
REVIEW_HOURS = "risk_review_hours"
CROWD = "risk_crowd_wallets"
"""Names of settings."""

_LARGE_MINOR: Mapping[str, int] = {
    "NGN": 5_000_00, "KES": 500_00, "GHS": 50_00, "UGX": 12_500, "TZS": 10_000_00, "RWF": 5_000,
}  # fmt: skip
"""By currency: what somebody who empties a wallet takes first."""

_SIM_IS_NEW = timedelta(days=7)
_SIGN_IN_IS_NEW = timedelta(days=1)
_PIN_IS_NEW = timedelta(days=1)
_OWNER_IS_NEW = timedelta(days=3)
_COUNTER_IS_NEAR = timedelta(days=7)
_MANY_WRONG = 3
_KNOWN_WELL = 5
_TIMES_USUAL = 3
_HOURS_KNOWN = 20
CROWD_WITHIN = timedelta(days=1)


class Verdict(StrEnum):
    """ALLOW it, want a second factor (STEP_UP), or HOLD it for staff."""

    ALLOW = "allow"
    STEP_UP = "step_up"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of whoever acts. `pin_changed_at` and `signed_in_at` (by the API) are None
    where it never happened; `spends`, `usual_most_minor` and `hours` (a bit for each local hour)
    are of what was spent before; `knows_recipient`: money went there before; `wallets`: how many
    bought for this recipient within CROWD_WITHIN, counted only once they are many; `by_counter`:
    when an agent enrolled the number, if one did."""

    registered_at: datetime
    sim_changed_at: datetime | None = None
    pin_changed_at: datetime | None = None
    signed_in_at: datetime | None = None
    by_counter: datetime | None = None
    wrong_pins: int = 0
    spends: int = 0
    usual_most_minor: int = 0
    hours: int = 0
    knows_recipient: bool = False
    wallets: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """An act that is judged. `to_self`: it is for the number's own phone."""

    act: Act
    amount: Money
    facts: Facts
    now: datetime
    country: str
    to_self: bool

    @property
    def is_large(self) -> bool:
        return self.amount.amount_minor > _LARGE_MINOR.get(self.amount.currency, 0)

    @property
    def large(self) -> Money:
        return Money(_LARGE_MINOR.get(self.amount.currency, 0), self.amount.currency)

    def within(self, at: datetime | None, span: timedelta) -> bool:
        return at is not None and self.now - at <= span


@dataclass(frozen=True, slots=True)
class Rule:
    """`points` are added when `holds`; `title` is what staff read of it in the settings, `why` what
    they read of an order."""

    name: str
    title: str
    points: int
    holds: Callable[[Case], bool]
    why: Callable[[Case], str]

    @property
    def setting(self) -> str:
        return f"risk_points_{self.name}"


def _day(case: Case, at: datetime | None) -> str:
    """`today`, `yesterday`, `5 days ago`, where the subscriber lives."""
    if at is None:
        return "never"
    zone = zone_of(case.country)
    days = (case.now.astimezone(zone).date() - at.astimezone(zone).date()).days
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _unusual_hour(case: Case) -> bool:
    hour = case.now.astimezone(zone_of(case.country)).hour
    return case.facts.spends >= _HOURS_KNOWN and not case.facts.hours >> hour & 1


def _unusual_amount(case: Case) -> bool:
    usual = case.facts.usual_most_minor
    return case.facts.spends >= _KNOWN_WELL and case.amount.amount_minor > usual * _TIMES_USUAL


RULES: tuple[Rule, ...] = (
    Rule("sim", f"SIM changed within {_SIM_IS_NEW.days} days", 40,
         lambda case: case.within(case.facts.sim_changed_at, _SIM_IS_NEW),
         lambda case: f"SIM changed {_day(case, case.facts.sim_changed_at)}"),
    Rule("pin", "PIN changed within a day", 25,
         lambda case: case.within(case.facts.pin_changed_at, _PIN_IS_NEW),
         lambda case: f"PIN changed {_day(case, case.facts.pin_changed_at)}"),
    Rule("sign_in", "new sign-in by the API within a day", 15,
         lambda case: case.within(case.facts.signed_in_at, _SIGN_IN_IS_NEW),
         lambda case: f"new sign-in by the API {_day(case, case.facts.signed_in_at)}"),
    Rule("wrong_pins", f"{_MANY_WRONG} or more wrong PINs today", 20,
         lambda case: case.facts.wrong_pins >= _MANY_WRONG,
         lambda case: f"{case.facts.wrong_pins} wrong PINs today"),
    Rule("first", "first purchase, and a large one", 25,
         lambda case: not case.facts.spends and case.is_large,
         lambda case: f"first purchase above {case.large}"),
    Rule("new_number", f"number enrolled within {_OWNER_IS_NEW.days} days", 5,
         lambda case: case.within(case.facts.registered_at, _OWNER_IS_NEW),
         lambda case: f"number enrolled {_day(case, case.facts.registered_at)}"),
    Rule("new_recipient", "a large amount to a new number", 10,
         lambda case: not (case.to_self or case.facts.knows_recipient) and case.is_large,
         lambda case: f"never sent to this number before, and above {case.large}"),
    Rule("amount", f"more than {_TIMES_USUAL} times the largest before", 20, _unusual_amount,
         lambda case: f"more than {_TIMES_USUAL} times the largest before,"
         f" {Money(case.facts.usual_most_minor, case.amount.currency)}"),
    Rule("hour", "at an hour at which nothing was bought before", 10,
         _unusual_hour, lambda _: "at an hour at which nothing was bought before"),
    Rule("crowd", "many wallets that buy for one number", 60,
         lambda case: bool(case.facts.wallets),
         lambda case: f"{case.facts.wallets} wallets bought for this number within a day"),
    Rule("counter", "cash out soon after an agent enrolled the number", 25,
         lambda case: case.act is Act.WITHDRAWAL
         and case.within(case.facts.by_counter, _COUNTER_IS_NEAR),
         lambda case: f"cash out; an agent enrolled the number"
         f" {_day(case, case.facts.by_counter)}"),
)  # fmt: skip

USUAL: Mapping[str, int] = {
    STEP_UP_AT: 60, HOLD_AT: 85, REVIEW_HOURS: 4, CROWD: 5,
    **{rule.setting: rule.points for rule in RULES},
}  # fmt: skip
"""What counts until somebody changes it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that held."""

    rule: str
    points: int
    why: str


@dataclass(frozen=True, slots=True)
class Score:
    points: int
    reasons: tuple[Reason, ...]
    verdict: Verdict

    def __str__(self) -> str:
        """`score 65: SIM changed yesterday +40, first purchase above NGN 5,000.00 +25`."""
        parts = ", ".join(f"{reason.why} +{reason.points}" for reason in self.reasons)
        return f"score {self.points}: {parts}" if parts else f"score {self.points}"


NOTHING = Score(0, (), Verdict.ALLOW)


def is_looked_at(amount: Money) -> bool:
    """Small amounts aren't judged: they are worth no query, and a thief takes large ones."""
    return amount.amount_minor > PIN_UP_TO.get(amount.currency, 0)


def score(case: Case, settings: Mapping[str, int]) -> Score:
    """What the rules say; `settings` are those that differ from USUAL."""
    counts = {**USUAL, **settings}
    reasons = tuple(
        Reason(rule.name, counts[rule.setting], rule.why(case))
        for rule in RULES
        if counts[rule.setting] and rule.holds(case)
    )
    points = sum(reason.points for reason in reasons)
    if points >= counts[HOLD_AT]:
        return Score(points, reasons, Verdict.HOLD)
    return Score(
        points, reasons, Verdict.STEP_UP if points >= counts[STEP_UP_AT] else Verdict.ALLOW
    )
