"""How often a subscriber did something lately, for the velocity rules."""

from datetime import datetime

from app.db.engine import Transaction
from app.db.transfers import TransferRow
from app.domain.requests import Origin
from app.domain.velocity import Counted

_NTH_LATEST = {
    Counted.PURCHASES: "select placed_at from (select placed_at, paid_from from orders"
    " where subscriber_id = %(id)s order by id desc limit 500) latest where paid_from = 'wallet'",
    Counted.WITHDRAWALS: "select asked_at from withdrawals where customer_id = %(id)s"
    " order by asked_at desc",
    Counted.FAILED_WITHDRAWALS: "select asked_at from withdrawals where customer_id = %(id)s"
    " and why = 'wrong_code' and asked_at > %(since)s order by asked_at desc",
    Counted.IDENTITY_NUMBERS: "select asked_at from identity_checks where subscriber_id = %(id)s"
    " order by asked_at desc",
}
"""Each runs along an index and reads no more rows than may be counted; an agent's sales from the
float, which aren't counted, lie among the purchases."""


def nth_latest(
    tx: Transaction, counted: Counted, subscriber_id: int, number: int, since: datetime
) -> datetime | None:
    """When the `number`th latest of them was; may be before `since`."""
    row = tx.maybe(
        f"{_NTH_LATEST[counted]} offset %(skip)s limit 1",
        {"id": subscriber_id, "skip": number - 1, "since": since},
    )
    return row[0] if row else None


def nth_latest_purchase(
    tx: Transaction, subscriber_id: int, number: int, recipient: str
) -> tuple[datetime | None, bool]:
    """When the `number`th latest purchase was, and whether many wallets buy for the recipient."""
    row = tx.one(
        f"select ({_NTH_LATEST[Counted.PURCHASES]} offset %(skip)s limit 1),"  # noqa: S608 - a constant
        " exists (select from crowded_recipients where recipient = %(recipient)s)",
        {"id": subscriber_id, "skip": number - 1, "recipient": recipient},
    )
    return row[0], bool(row[1])


def has_bought(tx: Transaction, origin: Origin) -> bool:
    """Did this very step place an order before?"""
    row = tx.one(
        "select exists (select from orders where channel = %s and session = %s and step = %s)",
        (origin.channel, origin.session, origin.step),
    )
    return bool(row[0])


def one_sending_at_a_time(tx: Transaction, sender_id: int) -> None:
    """Transfers of one sender wait for each other until the commit, so that they are counted
    right."""
    tx.run("select pg_advisory_xact_lock(hashtextextended('send:' || %s, 0))", (sender_id,))


def nth_latest_new_recipient(
    tx: Transaction, transfer: TransferRow, number: int, since: datetime
) -> datetime | None:
    """When the sender first sent to the `number`th latest of the numbers that are new since then;
    None when this transfer goes to a number that got money before. Call it after
    one_sending_at_a_time."""
    row = tx.maybe(
        """
        select min(f.sent_at) as first from transfers f
        where f.sender_id = %(sender)s and f.sent_at > %(since)s and f.id <> %(this)s
          and not exists (select from transfers e where e.sender_id = %(sender)s
                          and e.recipient = f.recipient and e.sent_at <= %(since)s)
          and not exists (select from transfers e where e.sender_id = %(sender)s
                          and e.recipient = %(recipient)s and e.id <> %(this)s)
        group by f.recipient order by first desc offset %(skip)s limit 1
        """,
        {
            "sender": transfer.sender_id, "recipient": transfer.recipient, "this": transfer.id,
            "since": since, "skip": number - 1,
        },
    )  # fmt: skip
    return row[0] if row else None
