"""Queries on subscribers."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    id: int
    msisdn: Msisdn
    language: str
    country: str
    currency: str
    blocked: bool
    balance_hidden: bool
    must_change_pin: bool
    limits_exempt: bool
    tier: int
    is_agent: bool


_COLUMNS = (
    "id, msisdn, language, country, currency, blocked, balance_hidden, must_change_pin,"
    " limits_exempt, tier, exists (select from agents a where a.subscriber_id = id and a.active)"
)


def find_by_msisdn(tx: Transaction, msisdn: Msisdn) -> SubscriberRow | None:
    """The subscriber with this number, if registered."""
    row = tx.maybe(f"select {_COLUMNS} from subscribers where msisdn = %s", (msisdn,))  # noqa: S608 - constant columns
    return SubscriberRow(*row) if row else None


def find_by_id(tx: Transaction, subscriber_id: int) -> SubscriberRow | None:
    """The subscriber with this id."""
    row = tx.maybe(f"select {_COLUMNS} from subscribers where id = %s", (subscriber_id,))  # noqa: S608 - constant columns
    return SubscriberRow(*row) if row else None


@dataclass(frozen=True, slots=True)
class NewSubscriber:
    msisdn: Msisdn
    language: str
    country: str
    currency: str
    pin_hash: str
    pepper_id: str
    registered_at: datetime
    demo: bool = False


def register(tx: Transaction, new: NewSubscriber) -> int | None:
    """Insert the subscriber; its id, or None when the number was registered before."""
    row = tx.maybe(
        """
        insert into subscribers (msisdn, language, country, currency, pin_hash, pepper_id,
                                 registered_at, pin_changed_at, demo, limits_exempt)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (msisdn) do nothing returning id
        """,
        (
            new.msisdn, new.language, new.country, new.currency, new.pin_hash, new.pepper_id,
            new.registered_at, new.registered_at, new.demo, new.demo,
        ),
    )  # fmt: skip
    return int(row[0]) if row else None


def set_blocked(tx: Transaction, subscriber_id: int, *, blocked: bool) -> bool:
    """False when it was so already."""
    return (
        tx.run(
            "update subscribers set blocked = %(blocked)s"
            " where id = %(id)s and blocked <> %(blocked)s",
            {"blocked": blocked, "id": subscriber_id},
        )
        == 1
    )


def set_language(tx: Transaction, msisdn: Msisdn, language: str) -> None:
    tx.run("update subscribers set language = %s where msisdn = %s", (language, msisdn))


def set_balance_hidden(tx: Transaction, msisdn: Msisdn, *, hidden: bool) -> None:
    tx.run("update subscribers set balance_hidden = %s where msisdn = %s", (hidden, msisdn))


def set_tier(tx: Transaction, subscriber_id: int, tier: int) -> None:
    tx.run("update subscribers set tier = %s where id = %s", (tier, subscriber_id))


def raise_tier(tx: Transaction, subscriber_id: int, tier: int) -> None:
    """Never lower than it is."""
    tx.run("update subscribers set tier = greatest(tier, %s) where id = %s", (tier, subscriber_id))


def name_ciphertext(tx: Transaction, subscriber_id: int) -> str | None:
    """The verified full name as it is stored."""
    row = tx.one("select name_ciphertext from subscribers where id = %s", (subscriber_id,))
    return None if row[0] is None else str(row[0])


def set_name(tx: Transaction, subscriber_id: int, ciphertext: str) -> None:
    tx.run("update subscribers set name_ciphertext = %s where id = %s", (ciphertext, subscriber_id))


def names_not_under(
    tx: Transaction, prefix: str, after_id: int, limit: int
) -> list[tuple[int, str]]:
    """Id and name of subscribers whose name isn't encrypted under this key, by id."""
    rows = tx.all(
        "select id, name_ciphertext from subscribers"
        " where id > %s and not starts_with(name_ciphertext, %s) order by id limit %s",
        (after_id, prefix, limit),
    )
    return [(int(id_), str(name)) for id_, name in rows]


def renew_name(tx: Transaction, subscriber_id: int, old: str, new: str) -> None:
    """Same name, new key; does nothing when another name was verified meanwhile."""
    tx.run(
        "update subscribers set name_ciphertext = %s where id = %s and name_ciphertext = %s",
        (new, subscriber_id, old),
    )


def exempt_from_limits(tx: Transaction, subscriber_id: int) -> None:
    """Demo mode only: velocity, tier and daily limits no longer apply."""
    tx.run("update subscribers set limits_exempt = true where id = %s", (subscriber_id,))
