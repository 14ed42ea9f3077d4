"""An SMS to many: to whom, what it says, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY, OPERATORS

ENGLISH = "en"
"""What is sent to whoever reads a language that the text isn't in."""
MOST_DAYS = 365


class BroadcastState(StrEnum):
    """`counting` and `running` are at work; `asked` waits for a second person."""

    COUNTING = "counting"
    COUNTED = "counted"
    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Audience:
    """Subscribers of one country; empty and None leave a filter out. `bought_days`: who got
    something delivered within so many days."""

    country: str
    operator: str = ""
    language: str = ""
    tier: int | None = None
    bought_days: int | None = None

    @property
    def currency(self) -> str:
        return COUNTRY_CURRENCY[self.country]


@dataclass(frozen=True, slots=True)
class Prefixes:
    """Numbers that begin with one of `own` and with none of `others`, which are longer."""

    own: tuple[str, ...]
    others: tuple[str, ...]


def prefixes_of(operator: str) -> Prefixes:
    """Which numbers are the operator's as far as nobody knows better: the longest prefix wins.
    Raises KeyError for an operator that doesn't exist."""
    own = OPERATORS[operator].prefixes
    others = tuple(
        prefix
        for one in OPERATORS.values()
        if one.code != operator
        for prefix in one.prefixes
        if any(prefix.startswith(mine) for mine in own)
    )
    return Prefixes(own, others)


def sms_parts(counts: Mapping[str, int], parts: Mapping[str, int]) -> int:
    """All parts together; both mappings are by language."""
    return sum(count * parts[language] for language, count in counts.items())


def cost(counts: Mapping[str, int], parts: Mapping[str, int], price: Money) -> Money:
    """What it costs at this price of a part."""
    return Money(sms_parts(counts, parts) * price.amount_minor, price.currency)
