"""Settings that are data: changed in the back-office by two people, without a new start."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain import risk
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.retention import LONGEST_DAYS, RETENTION


@dataclass(frozen=True, slots=True)
class BusinessSetting:
    """A whole number between `least` and `most`; in minor units of `currency` where that is said.
    `usual` counts until somebody changes it."""

    name: str
    label: str
    hint: str
    usual: int
    least: int
    most: int
    currency: str = ""


_PART_PRICES = {"NG": 4_00, "KE": 80, "GH": 4, "UG": 30, "RW": 12, "TZ": 20_00}
"""About what an SMS costs there; ours to set, as contracts differ."""

BROADCAST_ALONE = "broadcast_alone_up_to"
BROADCAST_PACE = "broadcast_per_minute"


def part_price(country: str) -> str:
    """The name of the setting that says what one SMS part to the country costs."""
    return f"sms_part_price_{country.lower()}"


_REVIEWED_ALONE = {"NG": 20_000_00, "KE": 2_000_00, "GH": 200_00, "UG": 50_000, "RW": 20_000,
                   "TZ": 40_000_00}  # fmt: skip
"""As much as a second factor is wanted above; ours."""


def reviewed_alone(country: str) -> str:
    """The name of the setting that says up to which price one person may release an order that
    was held."""
    return f"review_alone_up_to_{country.lower()}"


def _of_risk(name: str, label: str, hint: str, most: int) -> BusinessSetting:
    return BusinessSetting(name, label, hint, risk.USUAL[name], 0, most)


SETTINGS: Mapping[str, BusinessSetting] = {
    one.name: one
    for one in (
        BusinessSetting(
            BROADCAST_ALONE, "Recipients of a broadcast that one person may release",
            "More, and a second person approves it.", 1_000, 0, 1_000_000,
        ),
        BusinessSetting(
            BROADCAST_PACE, "SMS of a broadcast in a minute",
            "Receipts go out by the same gateways: leave them room.", 600, 6, 60_000,
        ),
        *(
            BusinessSetting(
                part_price(country), f"One SMS part to {country}",
                "What a broadcast is said to cost, before it is sent.", usual, 0, 100_000,
                COUNTRY_CURRENCY[country],
            )
            for country, usual in _PART_PRICES.items()
        ),
        _of_risk(risk.STEP_UP_AT, "Risk: points that want a second factor",
                 "Above any sum of points: nobody is asked for one.", 1_000),
        _of_risk(risk.HOLD_AT, "Risk: points that hold an order for staff",
                 "Money is held until somebody decides, or the time below is over.", 1_000),
        BusinessSetting(
            risk.REVIEW_HOURS, "Risk: hours an order may be held",
            "Then it is declined and the money goes back.", risk.USUAL[risk.REVIEW_HOURS], 1, 12,
        ),
        BusinessSetting(
            risk.CROWD, "Risk: wallets that make a crowd",
            "So many buying for one number within a day are looked at.", risk.USUAL[risk.CROWD],
            2, 1_000,
        ),
        *(
            _of_risk(rule.setting, f"Risk points: {rule.title}",
                     "0 switches the rule off.", 1_000)
            for rule in risk.RULES
        ),
        *(
            BusinessSetting(
                rule.setting, f"Days that are kept: {rule.label}",
                "May be lengthened; a daily job removes what is older.", rule.days, rule.days,
                LONGEST_DAYS,
            )
            for rule in RETENTION
        ),
        *(
            BusinessSetting(
                reviewed_alone(country), f"Held order in {country} that one person may release",
                "Above this a second person approves.", usual, 0, 1_000_000_000,
                COUNTRY_CURRENCY[country],
            )
            for country, usual in _REVIEWED_ALONE.items()
        ),
    )
}  # fmt: skip
