"""Which PINs are too easy to guess."""

from itertools import pairwise

from app.domain.msisdn import Msisdn
from app.domain.requests import PinWeakness

_COMMON = frozenset(
    "1004 2000 6969 1122 1313 4321 1010 2580 0852 1412 1397 8520 147258 159357 112233 "
    "121212 123321 135790 102030 654321".split()
)


def weakness(pin: str, msisdn: Msisdn) -> PinWeakness | None:
    """Why this PIN is refused; None when it may be used.

    Four to six ASCII digits; no repeats, runs, repeated pairs, years of a life, the well-known
    ones, nor the tail of one's own number.
    """
    if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 6):
        return PinWeakness.NOT_DIGITS
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    too_easy = (
        len(set(pin)) <= 1
        or steps in ({1}, {-1})
        or (len(set(pin)) == 2 and pin[:2] * (len(pin) // 2) == pin)
        or pin[: len(pin) // 2] * 2 == pin
        or (len(pin) == 4 and 1940 <= int(pin) <= 2029)
        or pin in _COMMON
        or msisdn.endswith(pin)
    )
    return PinWeakness.TOO_EASY if too_easy else None
