"""Queries on the numbers that subscribers keep with a name."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class BeneficiaryRow:
    msisdn: Msisdn
    name: str


def lock(tx: Transaction, subscriber_id: int) -> None:
    """Changes of one subscriber's list wait for each other until the commit."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('beneficiaries:' || %s, 0))",
           (subscriber_id,))  # fmt: skip


def of_subscriber(tx: Transaction, msisdn: Msisdn) -> list[BeneficiaryRow]:
    """The saved numbers of the subscriber with this number. Those that something was lately bought
    for or sent to come first, the last one foremost, then the last saved."""
    rows = tx.all(
        """
        with owner as (select id from subscribers where msisdn = %s),
        used as (
            (select recipient, placed_at as at from orders
             where subscriber_id = (select id from owner) order by id desc limit 100)
            union all
            (select recipient, sent_at from transfers
             where sender_id = (select id from owner) order by sent_at desc limit 100))
        select b.msisdn, b.name from beneficiaries b
            left join (select recipient, max(at) as at from used group by recipient) u
                on u.recipient = b.msisdn
        where b.subscriber_id = (select id from owner)
        order by u.at desc nulls last, b.saved_at desc, b.msisdn
        """,
        (msisdn,),
    )
    return [BeneficiaryRow(Msisdn(number), name) for number, name in rows]


def others(tx: Transaction, subscriber_id: int, msisdn: Msisdn) -> list[str]:
    """The names of all saved numbers but this one."""
    rows = tx.all(
        "select name from beneficiaries where subscriber_id = %s and msisdn <> %s",
        (subscriber_id, msisdn),
    )
    return [row[0] for row in rows]


def save(tx: Transaction, subscriber_id: int, msisdn: Msisdn, name: str, now: datetime) -> None:
    """Keep the number under the name, whatever it was called before."""
    tx.run(
        "insert into beneficiaries (subscriber_id, msisdn, name, saved_at) values (%s, %s, %s, %s)"
        " on conflict (subscriber_id, msisdn) do update set name = excluded.name",
        (subscriber_id, msisdn, name, now),
    )


def remove(tx: Transaction, subscriber_id: int, msisdn: Msisdn) -> None:
    tx.run(
        "delete from beneficiaries where subscriber_id = %s and msisdn = %s",
        (subscriber_id, msisdn),
    )
