"""Queries on what cash at an agent costs and earns: rows are only ever added."""

import json
from datetime import datetime

from app.db.engine import Row, Transaction
from app.domain.agency import Band, Tariff
from app.domain.licences import WalletAct

_SELECT = "select country, act, bands, valid_from, first, id from tariffs"


def _tariff(row: Row) -> Tariff:
    country, act, bands, valid_from, first, id_ = row
    return Tariff(
        country, WalletAct(act), tuple(Band(*band) for band in bands), valid_from, first, id_
    )


def in_force(tx: Transaction, country: str, act: WalletAct, now: datetime) -> Tariff | None:
    """The tariff that is valid now: the one that began last."""
    row = tx.maybe(
        f"{_SELECT} where country = %s and act = %s and valid_from <= %s"
        " order by valid_from desc, id desc limit 1",
        (country, act, now),
    )
    return _tariff(row) if row else None


def to_come(tx: Transaction, country: str, act: WalletAct, now: datetime) -> list[Tariff]:
    """Those that begin later, the first one first."""
    rows = tx.all(
        f"{_SELECT} where country = %s and act = %s and valid_from > %s order by valid_from, id",
        (country, act, now),
    )
    return [_tariff(row) for row in rows]


def all_in_force(tx: Transaction, now: datetime) -> list[Tariff]:
    """Of each country and act the tariff that is valid now."""
    rows = tx.all(
        "select distinct on (country, act) country, act, bands, valid_from, first, id"
        " from tariffs where valid_from <= %s order by country, act, valid_from desc, id desc",
        (now,),
    )
    return [_tariff(row) for row in rows]


def history(
    tx: Transaction, country: str, act: WalletAct, most: int
) -> list[tuple[Tariff, str | None]]:
    """The newest with their tickets, those to come included."""
    rows = tx.all(
        "select country, act, bands, valid_from, first, id, ticket from tariffs"
        " where country = %s and act = %s order by valid_from desc, id desc limit %s",
        (country, act, most),
    )
    return [(_tariff(row[:6]), row[6]) for row in rows]


def add(tx: Transaction, tariff: Tariff, ticket: str, now: datetime) -> int:
    """Add what was approved under this ticket, for good; its id."""
    row = tx.one(
        "insert into tariffs (country, act, bands, valid_from, ticket, added_at)"
        " values (%s, %s, %s::jsonb, %s, %s, %s) returning id",
        (tariff.country, tariff.act, json.dumps(tariff.figures), tariff.valid_from, ticket, now),
    )
    return int(row[0])
