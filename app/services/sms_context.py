"""What an operator sets about MT SMS, and what sending one needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.sms import QuietHours
from app.domain.sms_gateways import JudgeRules
from app.ports.channels import SmsGateway
from app.services.context import Context

OTHERS = "*"
"""In rules by country: every country that isn't named."""


@dataclass(frozen=True, slots=True)
class MtSmsRules:
    """`reach`: the countries each gateway can send to, everywhere for one that isn't named;
    `senders`: what an SMS to a country comes from; `quiet_hours` and `daily_parts` (the most parts
    of a country's day) by country; `per_number`, `per_prefix`, `per_country`: most SMS an hour that
    a stranger can ask for (a prefix is the first eight digits; a country, one where no subscribers
    live)."""

    reach: Mapping[str, frozenset[str]] = field(default_factory=dict)
    senders: Mapping[str, str] = field(default_factory=dict)
    quiet_hours: Mapping[str, QuietHours] = field(
        default_factory=lambda: {OTHERS: QuietHours(20, 8)}
    )
    daily_parts: Mapping[str, int] = field(default_factory=dict)
    per_number: int = 30
    per_prefix: int = 300
    per_country: int = 50
    refusals_kept: timedelta = timedelta(days=30)
    judge: JudgeRules = field(default_factory=JudgeRules)

    def sender(self, country: str) -> str:
        return self.senders.get(country, self.senders.get(OTHERS, ""))

    def quiet(self, country: str) -> QuietHours | None:
        return self.quiet_hours.get(country, self.quiet_hours.get(OTHERS))

    def most_parts(self, country: str) -> int | None:
        """None: as many as there are."""
        return self.daily_parts.get(country, self.daily_parts.get(OTHERS))

    def reaches(self, gateway: str, country: str) -> bool:
        return gateway not in self.reach or country in self.reach[gateway]


@dataclass(frozen=True, slots=True)
class SmsContext:
    """`gateways` in use, in the operator's order; `silent_after`: how long a sender can still be at
    work; `count` hears each outcome of a gateway, and of none where the SMS got to none."""

    services: Context
    gateways: tuple[SmsGateway, ...]
    silent_after: timedelta
    count: Callable[[str, str], None]
    rules: MtSmsRules = field(default_factory=MtSmsRules)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(gateway.name for gateway in self.gateways)
