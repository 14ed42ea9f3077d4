"""VTpass' list of data plans: what a variation's name says, and what isn't listed as a plan.

A variation is `{variation_code, name, variation_amount, fixedPrice}`; size and validity stand only
in its name, such as "N1000 1.5GB - 30 days" or "9mobile Data - 500 Naira - 500MB - 30 Days".
Sources: vtpass.com/documentation/variation-codes, mtn-data, glo-data-api, 9mobile-data-api,
smile-network-payment-api-2 (which spell the list `variations` and `varations`).
"""

import re
from decimal import Decimal
from typing import Any

from app.domain.products import Offered, ProductKind
from providers import answers

_SIZE = re.compile(r"(?<![\w.,])([0-9]{1,4}(?:\.[0-9]{1,3})?)\s*(MB|GB|TB)\b", re.IGNORECASE)
_MEGABYTES = {"MB": 1, "GB": 1024, "TB": 1024 * 1024}
_VALIDITY = re.compile(
    r"(?<![\w.,])([0-9]{1,3})\s*(hr|hour|day|week|month|year)s?\b", re.IGNORECASE
)
_HOURS = {"hr": 1, "hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "year": 365 * 24}
_RESTRICTED = re.compile(
    r"night|nite|weekend|peak|social|youtube|tiktok|whatsapp|instagram|facebook|voice|unlimited"
    r"|router|broadband|campus|sme|gift|corporate|\+",
    re.IGNORECASE,
)
"""What it isn't good for everywhere and always, or more than a size: its size and validity would
promise what it doesn't keep."""


def rows_of(parsed: object) -> list[object] | None:
    """The list in an answer of /service-variations; None when there is none."""
    content = parsed.get("content") if isinstance(parsed, dict) else None
    if not isinstance(content, dict):
        return None
    rows = content.get("variations", content.get("varations"))
    return rows if isinstance(rows, list) else None


def plan_of(operator: str, service: str, row: object) -> Offered | None:
    """A variation as something we can offer; None when its name, code or price can't be read."""
    if not isinstance(row, dict) or row.get("fixedPrice") != "Yes":
        return None
    code, name = row.get("variation_code"), row.get("name")
    cost = answers.money(row.get("variation_amount"), "NGN")
    if not isinstance(code, str) or not re.fullmatch(r"[\x21-\x7e]{1,64}", code):
        return None
    size = size_and_validity(name) if isinstance(name, str) else None
    if size is None or cost is None or cost.amount_minor <= 0 or not cost.is_whole():
        return None
    return Offered(
        operator, ProductKind.DATA, f"{service}/{code}", str(name)[:120], size_mb=size[0],
        validity_days=size[1], cost=cost,
    )  # fmt: skip


def size_and_validity(name: str) -> tuple[int, int] | None:
    """Megabytes (rounded down) and days of a plan by its name; None unless it says exactly one of
    each and nothing that restricts it."""
    sizes = _SIZE.findall(name)
    hours = {int(count) * _HOURS[unit.lower()] for count, unit in _VALIDITY.findall(name)}
    if len(sizes) != 1 or len(hours) != 1 or _RESTRICTED.search(name):
        return None
    [(count, unit)], [validity] = sizes, hours
    megabytes = int(Decimal(count) * _MEGABYTES[unit.upper()])
    if not megabytes or not validity or validity % 24:
        return None
    return megabytes, validity // 24


def accounts_of(parsed: Any) -> list[str]:
    """The Smile account ids in an answer of /merchant-verify, none when there is none in it."""
    content = parsed.get("content") if isinstance(parsed, dict) else None
    listed = content.get("AccountList") if isinstance(content, dict) else None
    accounts = listed.get("Account") if isinstance(listed, dict) else None
    if not isinstance(accounts, list):
        return []
    found = [one.get("AccountId") for one in accounts if isinstance(one, dict)]
    return [str(one) for one in found if isinstance(one, str | int) and not isinstance(one, bool)]
