"""Data plans as a provider lists them, for tests: what they cost and what the operator asks."""

from collections.abc import Iterable

from app.db.catalogue import FROM_VENDOR
from app.domain.money import Money
from app.domain.operators import operators_in
from app.domain.products import Offered, ProductKind
from app.services.sync_catalogue import take_over
from app.services.vending_context import VendingContext
from tests.factories.airtime_codes import airtime_code

PLANS = (
    ("100MB 1 day", 100, 1, 100), ("1GB 1 day", 1_024, 1, 350), ("1GB 7 days", 1_024, 7, 800),
    ("6GB 7 days", 6_144, 7, 2_500), ("20GB 30 days", 20_480, 30, 7_500),
)  # fmt: skip
"""Name, size in MB, validity in days, price in naira."""


def mtn(prices: Iterable[tuple[str, int, int, int]] = PLANS) -> list[Offered]:
    """MTN's plans at these prices; the provider takes three percent less for each."""
    return [
        Offered(
            "mtn-ng", ProductKind.DATA, f"mtn-{size_mb}-{days}", name, size_mb=size_mb,
            validity_days=days, cost=Money(naira * 97, "NGN"), face=Money(naira * 100, "NGN"),
        )
        for name, size_mb, days, naira in prices
    ]  # fmt: skip


def stock(vending: VendingContext, provider: str, plans: Iterable[Offered]) -> None:
    """All that the provider lists from now on: airtime of the Nigerian operators, and these."""
    airtime = [
        Offered(one.code, ProductKind.AIRTIME, airtime_code(provider, one.code), "airtime")
        for one in operators_in("NG")
    ]
    take_over(vending, provider, [*airtime, *plans], FROM_VENDOR)
