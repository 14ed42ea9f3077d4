"""Open the accounts that every movement of money needs."""

from collections.abc import Iterable

from app.db import ledger
from app.db.engine import Database
from app.domain.operators import COUNTRY_CURRENCY


def open_books(db: Database, providers: Iterable[str], payment_providers: Iterable[str]) -> None:
    """Our own accounts and each provider's, in each currency; safe to run again."""
    with db.transaction() as tx:
        currencies = sorted(set(COUNTRY_CURRENCY.values()))
        ledger.open_system_accounts(tx, currencies, list(providers), list(payment_providers))
