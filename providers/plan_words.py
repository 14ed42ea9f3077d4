"""How much data, and for how long: read from the names that vendors give their plans.

A name that says two sizes, none, or that the data is only for some hours or some sites, isn't
read: what is sold under a size must be that size, whenever and for whatever.
"""

import re
from decimal import Decimal

_SIZE = re.compile(r"(?a:([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(TB|GB|MB)\b)", re.IGNORECASE)
_TIME = re.compile(
    r"(?a:\b([0-9]{1,3})\s*-?\s*(hour|hr|day|week|wk|month|year)s?\b)", re.IGNORECASE
)
_PLAIN_TIME = re.compile(r"\b(daily|weekly|monthly)\b", re.IGNORECASE)
_RESTRICTED = re.compile(
    r"night|nite|weekend|social|whatsapp|instagram|tiktok|facebook|youtube|video|game|bonus|roaming",
    re.IGNORECASE,
)
_MB = {"MB": 1, "GB": 1024, "TB": 1024 * 1024}
_HOURS = {"hour": 1, "hr": 1, "day": 24, "week": 168, "wk": 168, "month": 720, "year": 8760}
_DAYS = {"daily": 1, "weekly": 7, "monthly": 30}


def size_mb(text: str) -> int | None:
    """`1.8GB - 30 days` -> 1843; None unless it names one size of data for any use."""
    found = _SIZE.findall(text)
    if len(found) != 1 or _RESTRICTED.search(text):
        return None
    number, unit = found[0]
    return int(Decimal(number) * _MB[unit.upper()]) or None


def days(text: str) -> int | None:
    """`30 days` -> 30, `24 hrs` -> 1, `weekly` -> 7; None unless it names one time."""
    found = {-(-int(number) * _HOURS[unit.lower()] // 24) for number, unit in _TIME.findall(text)}
    found |= {_DAYS[word.lower()] for word in _PLAIN_TIME.findall(text)}
    return found.pop() or None if len(found) == 1 else None
