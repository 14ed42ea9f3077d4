"""What a licence may forbid, as dated data per country.

A row says from which day an act is allowed or not; the latest row counts, and where there is none
the act is off. In live mode all of it is off besides until a licence holder is named
(WALLET_LICENCE_HOLDER).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class WalletAct(StrEnum):
    TRANSFER = "transfer"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"


@dataclass(frozen=True, slots=True)
class Switch:
    """From `since` on, `act` is allowed in `country` (ISO 3166) or not."""

    country: str
    act: WalletAct
    since: date
    on: bool


_FOUNDED = date(2026, 1, 1)
SWITCHES = tuple(
    Switch(country, act, _FOUNDED, on=True)
    for country in ("NG", "KE", "GH", "UG", "TZ", "RW")
    for act in WalletAct
)


def licensed(act: WalletAct, country: str, day: date) -> bool:
    """Is the act allowed in the country on that day?"""
    rows = [s for s in SWITCHES if (s.country, s.act) == (country, act) and s.since <= day]
    return max(rows, key=lambda switch: switch.since).on if rows else False
