"""Charges: money we ask a payment provider to collect from a subscriber. Rules only."""

from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.money import MINOR_DIGITS, Money


class ChargeMethod(StrEnum):
    """How the subscriber agrees: dials a code of the bank, answers a prompt on the handset,
    transfers to an account that is open for this once, or opens the provider's hosted page."""

    BANK_USSD = "bank_ussd"
    PROMPT = "prompt"
    ONE_TIME_ACCOUNT = "one_time_account"
    LINK = "link"


class ChargeState(StrEnum):
    """`asked`: not with the provider yet. `unknown`: a worker has taken it up, so it may be with
    the provider: it is asked about and never started again. `mismatch`: money came for it that
    isn't its amount, and waits in suspense."""

    ASKED = "asked"
    UNKNOWN = "unknown"
    STARTED = "started"
    REFUSED = "refused"
    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    MISMATCH = "mismatch"


OPEN = frozenset({ChargeState.ASKED, ChargeState.UNKNOWN, ChargeState.STARTED})
"""Something still happens by itself. Money that comes later is credited all the same."""

LIFE = {
    ChargeMethod.BANK_USSD: timedelta(minutes=30),
    ChargeMethod.PROMPT: timedelta(minutes=5),
    ChargeMethod.ONE_TIME_ACCOUNT: timedelta(hours=8),
    ChargeMethod.LINK: timedelta(hours=1),
}
"""For how long the provider is asked what became of it."""

START_WITHIN = timedelta(seconds=60)
"""A charge that couldn't be handed over by then isn't started any more: nobody expects a prompt
that comes out of nowhere."""

NOT_SENT_AGAIN_AFTER = timedelta(seconds=5)
CALL_TAKES_AT_MOST = timedelta(seconds=30)
"""The worker that has taken a charge up may still be calling; until then nobody asks."""

_LOOKS = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60))
_LOOK_EVERY = timedelta(seconds=60)

_LIMITS = {
    "NGN": (100, 1_000_000), "KES": (10, 250_000), "GHS": (1, 10_000), "UGX": (500, 5_000_000),
    "TZS": (500, 5_000_000), "RWF": (100, 2_000_000), "XOF": (100, 2_000_000),
}  # fmt: skip
"""Least and most of one charge, in whole units of the currency."""


def next_look(since: datetime, now: datetime) -> datetime:
    """When to ask next about a charge that was started at `since`."""
    return next((since + pause for pause in _LOOKS if since + pause > now), now + _LOOK_EVERY)


def chargeable(amount: Money) -> bool:
    """Whole units within the limits: bank codes and prompts carry no fractions."""
    if amount.currency not in _LIMITS:
        return False
    unit: int = 10 ** MINOR_DIGITS[amount.currency]
    least, most = _LIMITS[amount.currency]
    return amount.amount_minor % unit == 0 and least <= amount.amount_minor // unit <= most


def limits(currency: str) -> tuple[Money, Money]:
    """Least and most of one charge."""
    unit: int = 10 ** MINOR_DIGITS[currency]
    least, most = _LIMITS[currency]
    return Money(least * unit, currency), Money(most * unit, currency)
