"""What Baxi sells of our operators: airtime of four networks, and their data bundles.

Source: developers.onafriq.com/docs/purchase-data-bundle-1 (`datacode` and `price` are those of
"Retrieve Provider Bundles"): POST /api/baxipay/services/databundle/bundles {"service_type"}.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.domain.operators import OPERATORS
from app.domain.products import Offered, ProductKind
from providers import plan_words
from providers.vending.baxi import codes
from providers.wire import Unreadable, naira

Fetch = Callable[[str], list[Mapping[str, Any]]]
"""A service type to its bundles. Raises CatalogueUnavailable."""


def offers(fetch: Fetch) -> Iterator[Offered]:
    """All of it that can be read. Raises CatalogueUnavailable."""
    for operator, service in codes.SERVICES.items():
        sold_by = OPERATORS[operator]
        yield Offered(
            operator, ProductKind.AIRTIME, service, f"{sold_by.name} airtime", sold_by.airtime_min,
            sold_by.airtime_max,
        )  # fmt: skip
        for bundle in fetch(service):
            yield from _offered(operator, service, bundle)


def _offered(operator: str, service: str, bundle: Mapping[str, Any]) -> Iterator[Offered]:
    """The bundle as an offer; nothing when it can't be read."""
    name, datacode = str(bundle.get("name") or ""), bundle.get("datacode")
    if isinstance(datacode, bool) or not isinstance(datacode, int | str) or datacode == "":
        return
    try:
        price = naira(bundle.get("price"))
    except Unreadable:
        return
    size = plan_words.size_mb(name) or plan_words.size_mb(str(bundle.get("allowance")))
    days = plan_words.days(str(bundle.get("validity"))) or plan_words.days(name)
    if size and days and price.amount_minor > 0 and price.is_whole():
        yield Offered(
            operator, ProductKind.DATA, f"{service}/{datacode}", name, size_mb=size,
            validity_days=days, cost=price, face=price,
        )  # fmt: skip
