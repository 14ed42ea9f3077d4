"""What Flutterwave sells of our operators: categories, their billers, the billers' items.

Source: developer.flutterwave.com/docs/bill-payment, step 1: GET /v3/top-bill-categories,
/v3/bills/{category}/billers and /v3/billers/{biller_code}/items.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from app.domain.operators import OPERATORS
from app.domain.products import Offered, ProductKind
from app.ports.catalogue import CatalogueUnavailable
from providers import plan_words
from providers.vending.flutterwave import codes
from providers.wire import Unreadable, basis_points, naira

Fetch = Callable[[str], list[Mapping[str, Any]]]
"""A path of the API to the rows of its `data`. Raises CatalogueUnavailable."""


def offers(fetch: Fetch) -> Iterator[Offered]:
    """Every airtime and data item of the four networks that can be read. Raises
    CatalogueUnavailable."""
    listed = {str(row.get("code")) for row in fetch("/v3/top-bill-categories?country=NG")}
    missing = set(codes.CATEGORIES) - listed
    if missing:
        raise CatalogueUnavailable(f"no category {', '.join(sorted(missing))}")
    for category in codes.CATEGORIES:
        for biller in fetch(f"/v3/bills/{category}/billers?country=NG"):
            code = biller.get("biller_code")
            if isinstance(code, str) and code and operator_of(biller.get("name")):
                for item in fetch(f"/v3/billers/{quote(code, safe='')}/items"):
                    yield from _offered(code, item)


def operator_of(name: object) -> str | None:
    """`MTN DATA BUNDLE` -> mtn-ng; None when the name doesn't begin with a network of ours."""
    words = name.upper().split() if isinstance(name, str) else []
    return codes.NETWORKS.get(words[0]) if words else None


def _offered(biller: str, item: Mapping[str, Any]) -> Iterator[Offered]:
    """The item as an offer; nothing when it can't be read. One with a fee can't be sold: what is
    sent is its amount, and the fee would be taken in addition."""
    operator, item_code = operator_of(item.get("name")), item.get("item_code")
    code, name = f"{biller}/{item_code}", str(item.get("name"))
    if operator is None or not isinstance(item_code, str) or not codes.CODE.match(code):
        return
    try:
        if naira(item.get("fee", 0)).amount_minor:
            return
        if item.get("is_airtime") is True:
            sold_by = OPERATORS[operator]
            yield Offered(
                operator, ProductKind.AIRTIME, code, name, sold_by.airtime_min,
                sold_by.airtime_max, basis_points(item.get("default_commission", 0)),
            )  # fmt: skip
            return
        price = naira(item.get("amount"))
    except Unreadable:
        return
    size, days = plan_words.size_mb(name), _days(item.get("validity_period"), name)
    if size and days and price.amount_minor > 0 and price.is_whole():
        yield Offered(
            operator, ProductKind.DATA, code, name, size_mb=size, validity_days=days,
            cost=price, face=price,
        )  # fmt: skip


def _days(period: object, name: str) -> int | None:
    """Days of `validity_period`, a number of them (or its text), else as the name says."""
    text = str(period) if isinstance(period, int | str) and not isinstance(period, bool) else ""
    if text.isascii() and text.isdigit() and len(text) < 4:
        return int(text) or None
    return plan_words.days(text) or plan_words.days(name)
