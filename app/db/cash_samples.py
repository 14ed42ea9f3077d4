"""Queries on the newest cash acts, for what other bands would have cost."""

from datetime import datetime

from app.db.engine import Transaction
from app.domain.licences import WalletAct

_LOOKED_AT = 20_000
_NEWEST = {
    WalletAct.CASH_IN: "select amount_minor, currency, at, true as done from cash_ins",
    WalletAct.CASH_OUT: "select amount_minor, currency, asked_at as at, state = 'paid' as done"
                        " from withdrawals",
}  # fmt: skip


def newest_amounts(tx: Transaction, act: WalletAct, currency: str, since: datetime) -> list[int]:
    """Amounts (minor units) of the currency among the newest acts of all, none before `since`."""
    rows = tx.all(
        f"select amount_minor from ({_NEWEST[act]} order by id desc limit {_LOOKED_AT}) newest"  # noqa: S608 - constants
        " where currency = %s and at > %s and done",
        (currency, since),
    )
    return [int(row[0]) for row in rows]
