"""Settings that are data: changed in the back-office by two people, without a new start."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.operators import COUNTRY_CURRENCY


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
    )
}  # fmt: skip
