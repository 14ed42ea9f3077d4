"""Queries on vend attempts: one row per request to a vendor, at most one open per order."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg2.errors

from app.db.engine import Transaction
from app.db.orders import OrderRow
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.vending import Attempt, AttemptState


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt as the services see it; `view()` is what the rules need of it. `product_code`:
    what the provider calls what is sold; `told`: the amount it is told; `cost`: what it takes for
    it, in the currency of the price."""

    id: int
    order_id: int
    number: int
    provider: str
    reference: str
    state: AttemptState
    opened_at: datetime
    send_by: datetime
    external_id: str | None
    spent: bool
    not_before: datetime | None
    is_resend: bool
    asked: int
    not_found: int
    transaction_id: str | None
    validated_at: datetime | None
    validation_trusted: bool
    final_word: str | None
    outcome: str
    code: str
    product_code: str
    told: Money
    cost: Money

    def view(self) -> Attempt:
        return Attempt(
            self.state, self.opened_at, self.send_by,
            validated=self.validated_at is not None,
            validation_trusted=self.validation_trusted,
            is_resend=self.is_resend, asked=self.asked, not_found=self.not_found,
        )  # fmt: skip


_COLUMNS = (
    "id, order_id, number, provider, reference, state, opened_at, send_by, external_id, spent,"
    " not_before, is_resend, asked, not_found, transaction_id, validated_at, validation_trusted,"
    " final_word, outcome, code, product_code, coalesce(asked_minor, amount_minor),"
    " coalesce(asked_currency, currency), coalesce(cost_minor, amount_minor),"
    " coalesce(cost_currency, currency)"
)
_SELECT = f"select {_COLUMNS} from vend_attempts"  # noqa: S608 - constant columns


def _attempt(row: tuple) -> AttemptRow:  # type: ignore[type-arg]
    head, state, tail = row[:5], AttemptState(row[5]), row[6:-4]
    told, told_currency, cost, currency = row[-4:]
    return AttemptRow(*head, state, *tail, Money(told, told_currency), Money(cost, currency))  # type: ignore[call-arg]


def of_order(tx: Transaction, order_id: int) -> list[AttemptRow]:
    """Every attempt of an order, oldest first."""
    return [
        _attempt(row)
        for row in tx.all(f"{_SELECT} where order_id = %s order by number", (order_id,))
    ]


def get(tx: Transaction, attempt_id: int) -> AttemptRow:
    return _attempt(tx.one(f"{_SELECT} where id = %s", (attempt_id,)))


def lock(tx: Transaction, attempt_id: int) -> AttemptRow:
    """The attempt, locked until the transaction ends. Lock its order first."""
    return _attempt(tx.one(f"{_SELECT} where id = %s for update", (attempt_id,)))


SPOKEN_OF_AGAIN = ("delivered", "given_up")
"""Outcomes of closed attempts that a later word of the vendor can change: a delivery may be taken
back, and what was given up may come to be known."""


@dataclass(frozen=True, slots=True)
class NewAttempt:
    """`pair`: the vendor identifies a request to us by number and amount only, so one may be open
    at a time."""

    provider: str
    reference: str
    opened_at: datetime
    send_by: datetime
    due_at: datetime
    pair: bool
    product_code: str
    told: Money
    cost: Money
    is_resend: bool = False


def open_(tx: Transaction, order: OrderRow, number: int, new: NewAttempt) -> AttemptRow | None:
    """Open an attempt; None when another order's open attempt has the same number and amount."""
    tx.run("savepoint opening")
    try:
        row = tx.one(
            f"""
            insert into vend_attempts (order_id, number, provider, reference, recipient,
                amount_minor, currency, opened_at, send_by, due_at, pair_held, is_resend,
                product_code, asked_minor, asked_currency, cost_minor, cost_currency)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            returning {_COLUMNS}
            """,  # noqa: S608 - constant columns
            (
                order.id, number, new.provider, new.reference, order.recipient,
                order.amount.amount_minor, order.amount.currency, new.opened_at, new.send_by,
                new.due_at, new.pair, new.is_resend, new.product_code, new.told.amount_minor,
                new.told.currency, new.cost.amount_minor, new.cost.currency,
            ),
        )  # fmt: skip
    except psycopg2.errors.UniqueViolation as error:
        tx.run("rollback to savepoint opening")
        if error.diag.constraint_name == "vend_attempts_pair":
            return None
        raise
    return _attempt(row)


def refuse_pair(
    tx: Transaction, order: OrderRow, number: int, provider: str, now: datetime
) -> None:
    """Record that this provider can't be used for the order: same number and amount too soon."""
    tx.run(
        """
        insert into vend_attempts (order_id, number, provider, reference, recipient, amount_minor,
            currency, state, opened_at, send_by, closed_at, outcome, code, spent)
        values (%s, %s, %s, '', %s, %s, %s, 'closed', %s, %s, %s, 'Throttled', 'same_recipient',
            true)
        """,
        (
            order.id, number, provider, order.recipient, order.amount.amount_minor,
            order.amount.currency, now, now, now,
        ),
    )  # fmt: skip


def close(
    tx: Transaction, attempt: AttemptRow, now: datetime, outcome: str, code: str, *,
    spent: bool = False, not_before: datetime | None = None, external_id: str | None = None,
    pair_until: datetime | None = None,
) -> None:  # fmt: skip
    """Close an open attempt. `pair_until` keeps its number and amount blocked until then."""
    tx.run(
        """
        update vend_attempts set state = 'closed', closed_at = %s, outcome = %s, code = %s,
            spent = %s, not_before = %s, external_id = coalesce(%s, external_id), due_at = null,
            pair_until = %s, pair_held = pair_held and %s
        where id = %s and state <> 'closed'
        """,
        (
            now, outcome, code, spent, not_before, external_id or None, pair_until,
            pair_until is not None, attempt.id,
        ),
    )  # fmt: skip


def keep_open(
    tx: Transaction, attempt: AttemptRow, state: AttemptState, code: str, due_at: datetime, *,
    external_id: str | None, asked: int, not_found: int, is_resend: bool,
) -> None:  # fmt: skip
    """The attempt goes on waiting for the vendor's word."""
    tx.run(
        """
        update vend_attempts set state = %s, code = %s, due_at = %s,
            external_id = coalesce(%s, external_id), asked = %s, not_found = %s, is_resend = %s
        where id = %s and state <> 'closed'
        """,
        (state, code, due_at, external_id or None, asked, not_found, is_resend, attempt.id),
    )


def answered(tx: Transaction, attempt_id: int, ms: int, *, well: bool) -> None:
    """How the provider answered, for its standing, and after how long."""
    tx.run(
        "update vend_attempts set answered = %s, answer_ms = %s where id = %s",
        ("well" if well else "bad", ms, attempt_id),
    )


def set_due(tx: Transaction, attempt_id: int, due_at: datetime) -> None:
    """Look after it then: while it is open, and once it has ended in a way of which the vendor may
    speak again (SPOKEN_OF_AGAIN)."""
    tx.run(
        "update vend_attempts set due_at = %s where id = %s"
        " and (state <> 'closed' or outcome = any(%s))",
        (due_at, attempt_id, list(SPOKEN_OF_AGAIN)),
    )


def asked_again(tx: Transaction, attempt_id: int, due_at: datetime | None) -> None:
    """An ended attempt was asked about once more; `due_at`: when the next time is, if any."""
    tx.run(
        "update vend_attempts set asked = asked + 1, due_at = %s where id = %s"
        " and state = 'closed'",
        (due_at, attempt_id),
    )


def take_due(tx: Transaction, now: datetime, again_after: timedelta, limit: int = 500) -> list[int]:
    """Ids of attempts to look after now; they come due again after `again_after`."""
    rows = tx.all(
        """
        update vend_attempts set due_at = %s where id in (
            select id from vend_attempts where due_at <= %s order by due_at limit %s
            for update skip locked)
        returning id
        """,
        (now + again_after, now, limit),
    )
    return [int(row[0]) for row in rows]


def release_pairs(tx: Transaction, now: datetime) -> int:
    """Number and amount of attempts closed long enough ago may be used again."""
    return tx.run(
        "update vend_attempts set pair_held = false where pair_held and pair_until <= %s", (now,)
    )


# --- callbacks -------------------------------------------------------------------------------


def find_for_callback(
    tx: Transaction, provider: str, reference: str | None, external_id: str | None
) -> AttemptRow | None:
    """The newest attempt a callback is about: by our reference, the answered id, or the id it was
    validated under."""
    row = tx.maybe(
        f"""
        {_SELECT} where provider = %s and (
            reference = %s or external_id = %s or transaction_id = %s)
        order by id desc limit 1
        """,
        (provider, reference, external_id, external_id),
    )
    return _attempt(row) if row else None


def set_final_word(tx: Transaction, attempt_id: int, word: str) -> str:
    """Keep the first final word of a vendor that can't be asked; the word that is kept."""
    tx.run(
        "update vend_attempts set final_word = %s where id = %s and final_word is null",
        (word, attempt_id),
    )
    return str(tx.one("select final_word from vend_attempts where id = %s", (attempt_id,))[0])


def keep_word(
    tx: Transaction, provider: str, external_id: str, word: str, code: str, now: datetime
) -> None:
    """Keep a final callback whose external id we don't know yet."""
    tx.run(
        "insert into vendor_words (provider, external_id, word, code, heard_at)"
        " values (%s, %s, %s, %s, %s) on conflict do nothing",
        (provider, external_id, word, code, now),
    )


def word_for(tx: Transaction, provider: str, external_id: str) -> str | None:
    """A final callback that came before the answer naming its external id."""
    row = tx.maybe(
        "select word from vendor_words where provider = %s and external_id = %s",
        (provider, external_id),
    )
    return str(row[0]) if row else None


def answered_validation(tx: Transaction, provider: str, transaction_id: str) -> bool | None:
    """The answer this transaction id got before; None when it is new."""
    row = tx.maybe(
        "select validated from validations where provider = %s and transaction_id = %s",
        (provider, transaction_id),
    )
    return bool(row[0]) if row else None


def open_for_validation(
    tx: Transaction, provider: str, recipient: Msisdn, amount: Money
) -> AttemptRow | None:
    """The one open attempt with this number and amount, locked."""
    row = tx.maybe(
        f"""
        {_SELECT} where provider = %s and recipient = %s and amount_minor = %s and currency = %s
            and pair_held and state <> 'closed' and transaction_id is null for update
        """,
        (provider, recipient, amount.amount_minor, amount.currency),
    )
    return _attempt(row) if row else None


def answer_validation(
    tx: Transaction, provider: str, transaction_id: str, attempt: AttemptRow | None, now: datetime,
    *, validated: bool,
) -> bool:  # fmt: skip
    """Record the answer; False when a parallel copy recorded one first."""
    if attempt is not None and validated:
        tx.run(
            "update vend_attempts set transaction_id = %s, validated_at = %s where id = %s",
            (transaction_id, now, attempt.id),
        )
    return (
        tx.run(
            "insert into validations (provider, transaction_id, attempt_id, validated, answered_at)"
            " values (%s, %s, %s, %s, %s) on conflict do nothing",
            (provider, transaction_id, attempt.id if attempt else None, validated, now),
        )
        == 1
    )


def distrust_validation(tx: Transaction, provider: str, now: datetime) -> int:
    """The vendor sold something it didn't ask us about: silence no longer means "not booked"."""
    return tx.run(
        """
        update vend_attempts set validation_trusted = false, due_at = %s
        where provider = %s and state <> 'closed' and validated_at is null
        """,
        (now, provider),
    )
