"""Queries on proofs: what a second factor has shown, to be used by one step."""

from datetime import datetime

from app.db.engine import Transaction
from app.domain.requests import Origin
from app.domain.second_factor import FactorKind, Subject


def add(
    tx: Transaction, subscriber_id: int, kind: FactorKind, subject: Subject, origin: Origin | None,
    now: datetime, expires_at: datetime,
) -> None:  # fmt: skip
    """Keep a proof; it counts in the session of `origin` only, where one is given."""
    tx.run(
        """
        insert into factor_proofs (subscriber_id, kind, act, recipient, amount_minor, currency,
                                   channel, session, made_at, expires_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            subscriber_id, kind, *_columns(subject), origin.channel if origin else None,
            origin.session if origin else None, now, expires_at,
        ),
    )  # fmt: skip


_FITS = """
    p.subscriber_id = %(id)s and p.act = %(act)s and p.recipient = %(recipient)s
    and p.amount_minor = %(amount)s and p.currency = %(currency)s
    and (p.session is null or (p.channel, p.session) = (%(channel)s, %(session)s))
"""


def is_proven(
    tx: Transaction, subscriber_id: int, subject: Subject, origin: Origin, now: datetime
) -> bool:
    """Is there a proof that could be used now?"""
    row = tx.maybe(
        f"select true from factor_proofs p where {_FITS} and p.holders = 0"  # noqa: S608 - a constant
        " and p.expires_at > %(now)s limit 1",
        _params(subscriber_id, subject, origin, now),
    )
    return row is not None


def take(
    tx: Transaction, subscriber_id: int, subject: Subject, origin: Origin, now: datetime
) -> int | None:
    """Have this step use a proof; copies of the step use the same one. None: there is none."""
    row = tx.maybe(
        f"""
        update factor_proofs set holders = holders + 1, used_channel = %(channel)s,
            used_session = %(session)s, used_step = %(step)s
        where id = (
            select p.id from factor_proofs p where {_FITS}
              and ((p.holders = 0 and p.expires_at > %(now)s)
                   or (p.used_channel, p.used_session, p.used_step)
                      = (%(channel)s, %(session)s, %(step)s))
            order by p.holders desc, p.id limit 1 for update)
        returning id
        """,  # noqa: S608 - a constant
        _params(subscriber_id, subject, origin, now),
    )
    return int(row[0]) if row else None


def give_back(tx: Transaction, proof_id: int) -> None:
    """What it was taken for was refused."""
    tx.run("update factor_proofs set holders = holders - 1 where id = %s", (proof_id,))


def _columns(subject: Subject) -> tuple[str, str, int, str]:
    amount = subject.amount
    return subject.act, subject.recipient, amount.amount_minor, amount.currency


def _params(
    subscriber_id: int, subject: Subject, origin: Origin, now: datetime
) -> dict[str, object]:
    act, recipient, amount, currency = _columns(subject)
    return {
        "id": subscriber_id, "act": act, "recipient": recipient, "amount": amount,
        "currency": currency, "channel": origin.channel, "session": origin.session,
        "step": origin.step, "now": now,
    }  # fmt: skip
