"""Queries on what comes in by SMPP: which MO SMS is a copy, and parts of long ones."""

from datetime import datetime, timedelta

from app.db.engine import Transaction

COPY_WITHIN = timedelta(hours=1)
"""How long after the first the same text may be a copy, when its answer may have been lost."""
PARTS_WITHIN = timedelta(minutes=10)
"""Parts of one SMS come within this; older ones belong to one before it."""


def gateway_id(tx: Transaction, digest: str, fresh_id: str, link: str, now: datetime) -> str:
    """The id of a MO SMS: that of the first when this is a copy of it, else `fresh_id`.

    A SMSC sends again only what it got no answer to: a text whose first copy was answered on this
    very link is a new SMS. On another link the answer may have been lost.
    """
    row = tx.one(
        """
        insert into smpp_heard as h (digest, gateway_id, link, heard_at)
        values (%(digest)s, %(fresh)s, %(link)s, %(now)s)
        on conflict (digest) do update set
            gateway_id = case when (h.answered and h.link = %(link)s) or h.heard_at < %(since)s
                         then excluded.gateway_id else h.gateway_id end,
            heard_at = case when (h.answered and h.link = %(link)s) or h.heard_at < %(since)s
                       then excluded.heard_at else h.heard_at end,
            link = excluded.link, answered = false
        returning gateway_id
        """,
        {
            "digest": digest, "fresh": fresh_id, "link": link, "now": now,
            "since": now - COPY_WITHIN,
        },
    )  # fmt: skip
    return str(row[0])


def answered(tx: Transaction, digest: str) -> None:
    """Our answer is about to leave, in good time."""
    tx.run("update smpp_heard set answered = true where digest = %s", (digest,))


def put_part(
    tx: Transaction, sender: str, code: str, joint: int, total: int, number: int, sealed: str,
    now: datetime,
) -> list[str]:  # fmt: skip
    """Keep a part; all of its SMS in order once they are here, else nothing."""
    tx.run(
        """
        insert into smpp_mo_parts (sender, code, joint, total, number, sealed, heard_at)
        values (%s, %s, %s, %s, %s, %s, %s)
        on conflict (sender, code, joint, total, number)
        do update set sealed = excluded.sealed, heard_at = excluded.heard_at
        """,
        (sender, code, joint, total, number, sealed, now),
    )
    rows = tx.all(
        "select sealed from smpp_mo_parts where sender = %s and code = %s and joint = %s"
        " and total = %s and heard_at >= %s order by number",
        (sender, code, joint, total, now - PARTS_WITHIN),
    )
    return [row[0] for row in rows] if len(rows) == total else []


def drop_parts(tx: Transaction, sender: str, code: str, joint: int, total: int) -> None:
    """Their SMS is handled."""
    tx.run(
        "delete from smpp_mo_parts where sender = %s and code = %s and joint = %s and total = %s",
        (sender, code, joint, total),
    )
