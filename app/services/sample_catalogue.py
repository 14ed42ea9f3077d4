"""The sample catalogue that ships with the program: dated, and never sold from in live mode.

Made by `nexustop catalogue export` from a sync with the sandbox; demo mode loads it at the start,
so that something is on sale before any vendor was asked.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from io import StringIO

from app.db import catalogue
from app.db.catalogue import FROM_VENDOR
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.operators import OPERATORS
from app.domain.products import Family, Offered, ProductKind
from app.services.sync_catalogue import take_over
from app.services.vending_context import VendingContext

SAMPLE = "sample 2025-02"
_FILE = "catalogue-sample-2025-02.csv"
_COLUMNS = (
    "provider", "operator", "kind", "code", "name", "family", "size_mb", "validity_days",
    "cost_minor", "cost_currency", "face_minor", "least_minor", "most_minor", "discount_bp",
)  # fmt: skip


def load_sample(ctx: VendingContext) -> int:
    """Offer what the sample lists through every provider in use of which nothing else is known;
    how many offers. Safe to run again."""
    by_provider: dict[str, list[Offered]] = defaultdict(list)
    for provider, offered in read(files("app.data").joinpath(_FILE).read_text("utf-8")):
        by_provider[provider].append(offered)
    loaded = 0
    for provider, listed in by_provider.items():
        if provider in ctx.providers and not _knows_more(ctx, provider):
            loaded += take_over(ctx, provider, listed, SAMPLE).offered
    return loaded


def export(ctx: VendingContext, providers: Iterable[str]) -> str:
    """What these providers offer now, in the sample's form."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    with ctx.db.transaction() as tx:
        for name in providers:
            for (operator, product), offer in sorted(catalogue.offers_of(tx, name).items()):
                plan = catalogue.known_plan(tx, operator, product)
                writer.writerow([
                    name, operator, AIRTIME if product == AIRTIME else "data", offer.code, "",
                    plan.family if plan else "", plan.size_mb if plan else "",
                    plan.validity_days if plan else "", *_written(offer.cost),
                    *(amount.amount_minor if amount else "" for amount in
                      (offer.face, offer.least, offer.most)), offer.discount_bp,
                ])  # fmt: skip
    return out.getvalue()


def read(text: str) -> Iterator[tuple[str, Offered]]:
    """(provider, what it offers) of each line. Raises ValueError for a line that can't be read."""
    for line in csv.DictReader(StringIO(text)):
        currency = OPERATORS[line["operator"]].currency
        yield line["provider"], Offered(
            line["operator"], ProductKind(line["kind"]), line["code"], line["name"],
            _money(line["least_minor"], currency), _money(line["most_minor"], currency),
            int(line["discount_bp"]), Family(line["family"] or Family.DIRECT),
            int(line["size_mb"] or 0), int(line["validity_days"] or 0),
            _money(line["cost_minor"], line["cost_currency"]),
            _money(line["face_minor"], currency),
        )  # fmt: skip


def _knows_more(ctx: VendingContext, provider: str) -> bool:
    with ctx.db.statement() as tx:
        offers = catalogue.offers_of(tx, provider)
    return any(offer.source == FROM_VENDOR for offer in offers.values())


def _money(minor: str, currency: str) -> Money | None:
    return Money(int(minor), currency) if minor else None


def _written(amount: Money | None) -> tuple[int | str, str]:
    return (amount.amount_minor, amount.currency) if amount else ("", "")
