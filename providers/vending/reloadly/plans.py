"""Size and validity of a data plan, read out of the text that a vendor sells it under.

Only a text with exactly one size and exactly one validity is understood: a plan that is described
wrongly on a menu is worse than one that is missing.
"""

import re
from decimal import Decimal

_MB = {"mb": 1, "gb": 1024, "tb": 1024 * 1024}
_DAYS = {"day": 1, "week": 7, "month": 30}
_WORDS = {"daily": 1, "weekly": 7, "monthly": 30}
_SIZE = re.compile(r"(?a:(?<![\d.])(\d{1,5}(?:\.\d{1,3})?)\s*(MB|GB|TB)\b)", re.IGNORECASE)
_SPAN = re.compile(r"(?a:(?<![\d.])(\d{1,3})\s*-?\s*(day|week|month|hour|hr)s?\b)", re.IGNORECASE)
_WORD = re.compile(r"\b(daily|weekly|monthly)\b", re.IGNORECASE)
_HOURS_OF_DAY = 24


def size_and_days(text: str) -> tuple[int, int] | None:
    """`1.5GB for 7 days` -> (1536, 7): megabytes (1024 to a gigabyte), days (a week has 7, a month
    30). None when the text doesn't say both, or says one of them twice."""
    sizes = [_megabytes(number, unit) for number, unit in _SIZE.findall(text)]
    days = [_days(int(number), unit) for number, unit in _SPAN.findall(text)]
    days = days or [_WORDS[word.lower()] for word in _WORD.findall(text)]
    if len(sizes) != 1 or len(days) != 1 or not sizes[0] or not days[0]:
        return None
    return sizes[0], days[0]


def _megabytes(number: str, unit: str) -> int:
    return int(Decimal(number) * _MB[unit.lower()])


def _days(number: int, unit: str) -> int:
    """Zero for hours that don't make whole days."""
    if unit.lower() in _DAYS:
        return number * _DAYS[unit.lower()]
    days, over = divmod(number, _HOURS_OF_DAY)
    return 0 if over else days
