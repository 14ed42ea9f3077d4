"""What an SMS may do: its sender can be forged, and it can be hours late.

A forger who knows somebody's PIN can write it into an SMS, but can't read the code that is sent to
the real handset. So above an amount, and where the PIN was left out, a code is wanted as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.money import Money

PIN_UP_TO: dict[str, int] = {
    "NGN": 2_000_00, "KES": 200_00, "GHS": 20_00, "UGX": 5_000, "TZS": 4_000_00, "RWF": 2_000,
}  # fmt: skip
"""Up to this a PIN in the SMS is enough, in minor units: a tenth of the amount above which a second
factor is wanted (app.domain.second_factor); ours, and a setting."""

CODE_TRIES = 3
"""Wrong codes after which a wish is void."""
CODES_WITHIN = timedelta(hours=1)
CODES_AT_MOST = 5
"""So many codes are sent to one subscriber within that time, whoever asks for them."""


@dataclass(frozen=True, slots=True)
class MoSmsRules:
    """`pin_up_to` by currency in minor units; a code works for `code_lasts`; an SMS older than
    `oldest` moves no money."""

    pin_up_to: Mapping[str, int] = field(default_factory=PIN_UP_TO.copy)
    code_lasts: timedelta = timedelta(minutes=10)
    oldest: timedelta = timedelta(minutes=15)

    def wants_code(self, amount: Money) -> bool:
        """Is a PIN in the SMS too little for this amount?"""
        return amount.amount_minor > self.pin_up_to.get(amount.currency, 0)
