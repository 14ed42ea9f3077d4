"""Queries on the catalogue: products, prices, offers, and changes that wait for a person."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.catalogue import Offer, Plan
from app.domain.money import Money
from app.domain.products import Family, Offered, ProductKind

FROM_VENDOR = "vendor"
"""The source of what a provider itself lists."""


def lock(tx: Transaction) -> None:
    """One sync or decision at a time, until the transaction ends."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('catalogue', 0))")


# --- what menus show -------------------------------------------------------------------------

_ON_SALE = """
    exists (select from offers o where (o.operator, o.product) = (p.operator, p.code)
            and o.withdrawn_at is null and o.provider = any(%(providers)s)
            and (o.source = 'vendor' or %(samples)s))
"""
_PRICED = """
    join lateral (select price_minor, currency from product_prices x
                  where (x.operator, x.code) = (p.operator, p.code) and x.valid_from <= %(now)s
                  order by x.valid_from desc limit 1) price on true
"""


def plans(
    tx: Transaction, operator: str, providers: Iterable[str], now: datetime, *, samples: bool
) -> list[Plan]:
    """Data plans of an operator that one of these providers sells, the shortest and smallest
    first; `samples`: also what is known from a sample only."""
    rows = tx.all(
        f"""
        select p.operator, p.code, p.family, p.size_mb, p.validity_days, price.price_minor,
               price.currency
        from products p {_PRICED}
        where p.operator = %(operator)s and p.kind = 'data' and {_ON_SALE}
        order by p.validity_days, p.size_mb, price.price_minor
        """,  # noqa: S608 - constants
        {"operator": operator, "providers": list(providers), "now": now, "samples": samples},
    )
    return [_plan(row) for row in rows]


def plans_of(
    tx: Transaction, operators: Iterable[str], providers: Iterable[str], now: datetime, *,
    samples: bool,
) -> list[Plan]:  # fmt: skip
    """The same of several operators, in the order of their codes."""
    rows = tx.all(
        f"""
        select p.operator, p.code, p.family, p.size_mb, p.validity_days, price.price_minor,
               price.currency
        from products p {_PRICED}
        where p.operator = any(%(operators)s) and p.kind = 'data' and {_ON_SALE}
        order by p.operator, p.validity_days, p.size_mb, price.price_minor
        """,  # noqa: S608 - constants
        {
            "operators": list(operators), "providers": list(providers), "now": now,
            "samples": samples,
        },
    )  # fmt: skip
    return [_plan(row) for row in rows]


def plan(
    tx: Transaction, operator: str, code: str, providers: Iterable[str], now: datetime, *,
    samples: bool,
) -> Plan | None:  # fmt: skip
    """The plan, when it is on sale now."""
    row = tx.maybe(
        f"""
        select p.operator, p.code, p.family, p.size_mb, p.validity_days, price.price_minor,
               price.currency
        from products p {_PRICED}
        where p.operator = %(operator)s and p.code = %(code)s and p.kind = 'data' and {_ON_SALE}
        """,  # noqa: S608 - constants
        {
            "operator": operator, "code": code, "providers": list(providers), "now": now,
            "samples": samples,
        },
    )  # fmt: skip
    return _plan(row) if row else None


def least_price(
    tx: Transaction, operator: str, code: str, since: datetime, now: datetime
) -> Money | None:
    """The lowest price that the plan had at any moment from `since` to now."""
    row = tx.one(
        """
        select min(price_minor), min(currency) from product_prices
        where operator = %(operator)s and code = %(code)s and valid_from <= %(now)s
          and valid_from >= coalesce((
              select max(valid_from) from product_prices
              where operator = %(operator)s and code = %(code)s and valid_from <= %(since)s
          ), '-infinity')
        """,
        {"operator": operator, "code": code, "since": since, "now": now},
    )
    return Money(int(row[0]), str(row[1])) if row[0] is not None else None


def known_plan(tx: Transaction, operator: str, code: str) -> Plan | None:
    """The plan, on sale or not, at the price that was set last."""
    row = tx.maybe(
        "select p.operator, p.code, p.family, p.size_mb, p.validity_days, x.price_minor, x.currency"
        " from products p join product_prices x on (x.operator, x.code) = (p.operator, p.code)"
        " where p.operator = %s and p.code = %s and p.kind = 'data'"
        " order by x.valid_from desc limit 1",
        (operator, code),
    )
    return _plan(row) if row else None


def _plan(row: tuple) -> Plan:  # type: ignore[type-arg]
    operator, code, family, size_mb, days, price, currency = row
    return Plan(operator, code, Family(family), size_mb, days, Money(price, currency))


# --- what a sync writes ----------------------------------------------------------------------


def put_product(tx: Transaction, offered: Offered, code: str, now: datetime) -> None:
    """The product is known from now on."""
    data = offered.kind is ProductKind.DATA
    tx.run(
        "insert into products (operator, code, kind, family, size_mb, validity_days, first_seen_at)"
        " values (%s, %s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            offered.operator, code, offered.kind, offered.family if data else Family.DIRECT,
            offered.size_mb if data else 0, offered.validity_days if data else 0, now,
        ),
    )  # fmt: skip


def offers_of(tx: Transaction, provider: str) -> dict[tuple[str, str], Offer]:
    """What a provider offers by (operator, product), also what was withdrawn before."""
    rows = tx.all(f"{_OFFER} where o.provider = %s", (provider,))
    return {(row[0], row[1]): read_offer(*row[2:]) for row in rows}


def offers_for(tx: Transaction, operator: str, product: str) -> list[Offer]:
    """Every provider's offer of a product that isn't withdrawn."""
    rows = tx.all(
        f"{_OFFER} where o.operator = %s and o.product = %s and o.withdrawn_at is null",
        (operator, product),
    )
    return [read_offer(*row[2:]) for row in rows]


_OFFER = """
select o.operator, o.product, o.provider, o.code, o.cost_minor, o.cost_currency, o.face_minor,
       o.least_minor, o.most_minor, o.currency, o.discount_bp, o.source, o.seen_at
from offers o
"""


def read_offer(
    provider: str, code: str, cost: int | None, cost_currency: str, face: int | None,
    least: int | None, most: int | None, currency: str, discount_bp: int, source: str,
    seen_at: datetime,
) -> Offer:  # fmt: skip
    """An offer from its columns."""

    def money(minor: int | None, of: str) -> Money | None:
        return Money(minor, of) if minor else None

    return Offer(
        provider, code, money(cost, cost_currency), money(face, currency), money(least, currency),
        money(most, currency), discount_bp, source, seen_at,
    )  # fmt: skip


def put_offer(
    tx: Transaction, provider: str, offered: Offered, product: str, currency: str, source: str,
    cost: Money | None, now: datetime,
) -> None:  # fmt: skip
    """The provider offers it at this cost; what was withdrawn is on sale again."""
    minors = (
        amount.amount_minor if amount and amount.currency == currency else None
        for amount in (offered.face, offered.least, offered.most)
    )
    tx.run(
        """
        insert into offers (operator, product, provider, code, cost_minor, cost_currency,
            face_minor, least_minor, most_minor, currency, discount_bp, source, seen_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (operator, product, provider) do update set code = excluded.code,
            cost_minor = excluded.cost_minor, cost_currency = excluded.cost_currency,
            face_minor = excluded.face_minor, least_minor = excluded.least_minor,
            most_minor = excluded.most_minor, currency = excluded.currency,
            discount_bp = excluded.discount_bp, source = excluded.source,
            seen_at = excluded.seen_at, withdrawn_at = null
        """,
        (
            offered.operator, product, provider, offered.code,
            cost.amount_minor if cost else None, cost.currency if cost else None, *minors,
            currency, offered.discount_bp, source, now,
        ),
    )  # fmt: skip


def withdraw(tx: Transaction, provider: str, operator: str, product: str, now: datetime) -> bool:
    """It isn't sold through this provider any more; False when it wasn't."""
    return (
        tx.run(
            "update offers set withdrawn_at = %s where provider = %s and operator = %s"
            " and product = %s and withdrawn_at is null",
            (now, provider, operator, product),
        )
        == 1
    )


# --- changes that wait -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A cost that moved so far that a person looks first."""

    id: int
    operator: str
    product: str
    provider: str
    was: Money
    now: Money
    seen_at: datetime


def hold_change(
    tx: Transaction, provider: str, operator: str, product: str, was: Money, would_be: Money,
    now: datetime,
) -> None:  # fmt: skip
    """The old cost stays until somebody has looked; what waited for it before is over."""
    changes_are_over(tx, provider, operator, product, now)
    tx.run(
        "insert into catalogue_changes (operator, product, provider, was_minor, now_minor,"
        " currency, seen_at) values (%s, %s, %s, %s, %s, %s, %s)",
        (
            operator, product, provider, was.amount_minor, would_be.amount_minor,
            would_be.currency, now,
        ),
    )  # fmt: skip


def changes_are_over(
    tx: Transaction, provider: str, operator: str, product: str, now: datetime
) -> None:
    """The provider says something else now."""
    tx.run(
        "update catalogue_changes set state = 'over', decided_at = %s where state = 'waiting'"
        " and provider = %s and operator = %s and product = %s",
        (now, provider, operator, product),
    )


def waiting_changes(tx: Transaction) -> list[ChangeRow]:
    rows = tx.all(
        "select id, operator, product, provider, was_minor, now_minor, currency, seen_at"
        " from catalogue_changes where state = 'waiting' order by id"
    )
    return [_change(row) for row in rows]


def decide_change(
    tx: Transaction, change_id: int, state: str, actor: str, now: datetime
) -> ChangeRow | None:
    """Accept or decline a change that waits; None when none does."""
    row = tx.maybe(
        "update catalogue_changes set state = %s, decided_by = %s, decided_at = %s"
        " where id = %s and state = 'waiting' returning id, operator, product, provider, was_minor,"
        " now_minor, currency, seen_at",
        (state, actor, now, change_id),
    )
    return _change(row) if row else None


def was_declined(
    tx: Transaction, provider: str, operator: str, product: str, would_be: Money
) -> bool:
    """Has somebody looked at this very change and refused it, last of all?"""
    row = tx.maybe(
        "select state = 'declined' and now_minor = %s and currency = %s from catalogue_changes"
        " where provider = %s and operator = %s and product = %s order by id desc limit 1",
        (would_be.amount_minor, would_be.currency, provider, operator, product),
    )
    return bool(row and row[0])


def set_cost(tx: Transaction, change: ChangeRow) -> None:
    """The provider is paid the new cost from now on."""
    tx.run(
        "update offers set cost_minor = %s, cost_currency = %s"
        " where provider = %s and operator = %s and product = %s",
        (
            change.now.amount_minor, change.now.currency, change.provider, change.operator,
            change.product,
        ),
    )  # fmt: skip


def _change(row: tuple) -> ChangeRow:  # type: ignore[type-arg]
    id_, operator, product, provider, was, now, currency, seen_at = row
    return ChangeRow(
        id_, operator, product, provider, Money(was, currency), Money(now, currency), seen_at
    )
