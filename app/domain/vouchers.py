"""Recharge PINs: what one looks like, and when somebody who guesses is stopped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

DIGITS = 14
"""Thirteen from a random source and a check digit."""

LARGEST_BATCH = 100_000

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
"""A totally anti-symmetric quasigroup (H. Michael Damm, thesis, Marburg 2004): its check digit
catches every single wrong digit and every two neighbours that changed places."""


def check_digit(digits: str) -> str:
    """The digit to append; of digits that end in their check digit it is `0`."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return str(interim)


def is_well_formed(pin: str) -> bool:
    """Fourteen ASCII digits of which the last checks the others."""
    return (
        len(pin) == DIGITS and pin.isascii() and pin.isdigit() and check_digit(pin) == "0"
    )  # fmt: skip


def as_typed(text: str) -> str:
    """What was typed without the blanks and dashes that people copy from paper."""
    return "".join(character for character in text if character not in " .-")


def grouped(pin: str) -> str:
    """`1234 5678 9012 34`, as it is printed."""
    return " ".join(pin[start : start + 4] for start in range(0, len(pin), 4))


def serial(batch: str, number: int) -> str:
    """`7K3F9Q-00012`: printed, read out to support, and no help in guessing."""
    return f"{batch}-{number:05d}"


@dataclass(frozen=True, slots=True)
class Rung:
    """`allowed` tries within `window`; whoever has used them up waits for `pause`."""

    allowed: int
    window: timedelta
    pause: timedelta


_HOUR, _DAY = timedelta(hours=1), timedelta(hours=24)
WRONG = (Rung(5, _HOUR, _HOUR), Rung(10, _DAY, _DAY))
"""For digits that could be a PIN and aren't a good one. The last rung is for staff to look at."""

MISTYPED = (Rung(20, _HOUR, _HOUR),)
"""For digits that can't be a PIN: saying so tells a guesser nothing, so people get more tries."""

REMEMBERED = 2 * _DAY
"""No rung looks further back."""


def stopped_until(rungs: Sequence[Rung], tries: Sequence[datetime]) -> datetime | None:
    """When the next try may be made after these (newest first), None for at once. The moment may
    be over: compare it with the clock."""
    ends = [
        tries[0] + rung.pause
        for rung in rungs
        if len(tries) >= rung.allowed and tries[0] - tries[rung.allowed - 1] <= rung.window
    ]
    return max(ends, default=None)
