"""What is said of vouchers, on screens and by SMS alike."""

from datetime import datetime

from app.domain.days import zone_of
from menus.texts.catalogue import later

ADDED = later("{amount} added to your wallet. Balance {balance}. Ref {reference}")
MISTYPED = later("Check the digits: a voucher has 14.")
NOT_GOOD = later("Not valid. Ask where you bought it.")
IS_YOURS = later("This voucher is already in your wallet.")
TOO_MUCH = later(
    "{amount} more is above what your wallet may hold. The voucher stays valid: use it later."
)
STOPPED = later("Too many wrong vouchers. Try again after {time}, with the voucher in your hand.")
NO_DIGITS = later("SMS TOPUP and the digits of your voucher, or dial {code}")


def day_and_time(at: datetime, country: str) -> str:
    """`02/03 14:30` where the subscriber lives."""
    return at.astimezone(zone_of(country)).strftime("%d/%m %H:%M")
