"""Queries on money coming in: providers' events, requests for accounts, top-ups."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Row, Transaction
from app.domain.money import Money
from app.ports.payments import Paid


@dataclass(frozen=True, slots=True)
class EventRow:
    """A provider's event that hasn't been dealt with; `tries` counts the times it was looked at.
    Its body is encrypted, or plain in rows from before migration 0039."""

    id: int
    provider: str
    digest: bytes
    body: bytes | None
    ciphertext: str | None
    tries: int


def keep_event(
    tx: Transaction, provider: str, digest: bytes, ciphertext: str, now: datetime
) -> int | None:
    """Store an event; its id, or None for a copy of one that is there."""
    row = tx.maybe(
        """
        insert into payment_events (provider, digest, body_ciphertext, received_at, due_at)
        values (%s, %s, %s, %s, %s) on conflict (provider, digest) do nothing returning id
        """,
        (provider, digest, ciphertext, now, now + timedelta(seconds=10)),
    )
    return int(row[0]) if row else None


def look_at_event(tx: Transaction, event_id: int, again_at: datetime) -> EventRow | None:
    """The event, due again at `again_at` unless it is handled by then; None when it is handled."""
    row = tx.maybe(
        "update payment_events set tries = tries + 1, due_at = %s"  # noqa: S608 - our own names
        f" where id = %s and handled_at is null returning {_EVENT}",
        (again_at, event_id),
    )
    return _event(row) if row else None


_EVENT = "id, provider, digest, body, body_ciphertext, tries"


def _event(row: Row) -> EventRow:
    id_, provider, digest, body, ciphertext, tries = row
    return EventRow(
        id_, provider, bytes(digest), None if body is None else bytes(body), ciphertext, tries
    )  # fmt: skip


def events_not_under(tx: Transaction, prefix: str, after_id: int, limit: int) -> list[EventRow]:
    """Events whose body is plain or under another key, by id."""
    rows = tx.all(
        f"select {_EVENT} from payment_events where id > %s"  # noqa: S608 - our own names
        " and (body is not null or not starts_with(body_ciphertext, %s)) order by id limit %s",
        (after_id, prefix, limit),
    )
    return [_event(row) for row in rows]


def renew_event(tx: Transaction, event_id: int, ciphertext: str) -> None:
    tx.run(
        "update payment_events set body = null, body_ciphertext = %s where id = %s",
        (ciphertext, event_id),
    )


def event_handled(tx: Transaction, event_id: int, outcome: str, now: datetime) -> None:
    tx.run(
        "update payment_events set handled_at = %s, outcome = %s, due_at = null where id = %s",
        (now, outcome, event_id),
    )


def put_event_off(tx: Transaction, event_id: int, outcome: str, due_at: datetime) -> None:
    """Not to be known now: look again at `due_at`."""
    tx.run(
        "update payment_events set outcome = %s, due_at = %s where id = %s and handled_at is null",
        (outcome, due_at, event_id),
    )


def take_due_events(tx: Transaction, now: datetime, again_after: timedelta) -> list[int]:
    """Ids of events nobody has dealt with in time."""
    return _take_due(tx, "payment_events", "id", now, again_after)


def take_due_requests(tx: Transaction, now: datetime, again_after: timedelta) -> list[int]:
    """Ids of subscribers whose account must be asked for (again)."""
    return _take_due(tx, "account_requests", "subscriber_id", now, again_after)


def _take_due(
    tx: Transaction, table: str, key: str, now: datetime, again_after: timedelta
) -> list[int]:
    rows = tx.all(
        f"update {table} set due_at = %s where {key} in ("  # noqa: S608 - our own names
        f" select {key} from {table} where due_at <= %s order by due_at limit 200"
        f" for update skip locked) returning {key}",
        (now + again_after, now),
    )
    return [int(row[0]) for row in rows]


# --- accounts --------------------------------------------------------------------------------


def ask_for_account(
    tx: Transaction, subscriber_id: int, provider: str, now: datetime
) -> str | None:
    """Note that the subscriber wants one; None when that is new, else the request's state."""
    created = tx.run(
        "insert into account_requests (subscriber_id, provider, asked_at, due_at)"
        " values (%s, %s, %s, %s) on conflict do nothing",
        (subscriber_id, provider, now, now + timedelta(seconds=10)),
    )
    if created:
        return None
    row = tx.one(
        "select state from account_requests where subscriber_id = %s and provider = %s",
        (subscriber_id, provider),
    )
    return str(row[0])


def account_wanted(tx: Transaction, subscriber_id: int) -> tuple[str, int] | None:
    """At which provider, and how often it was asked before, when the subscriber still waits for an
    account."""
    row = tx.maybe(
        "update account_requests set tries = tries + 1"
        " where subscriber_id = %s and state = 'asked' returning provider, tries",
        (subscriber_id,),
    )
    return (str(row[0]), int(row[1])) if row else None


def request_is(
    tx: Transaction, subscriber_id: int, provider: str, state: str, code: str = "",
    due_at: datetime | None = None,
) -> None:  # fmt: skip
    """What became of asking. An account that is ready stays so."""
    tx.run(
        "update account_requests set state = %s, code = %s, due_at = %s"
        " where subscriber_id = %s and provider = %s and state <> 'ready'",
        (state, code, due_at, subscriber_id, provider),
    )


# --- top-ups ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewTopup:
    """What a payment is written as; `reference` is a fresh candidate. `subscriber_id`: whose money
    it is, None while nobody knows; `charge_id`: the charge it pays; `code`: why it waits;
    `account_ciphertext`: what it was paid into."""

    reference: str
    provider: str
    paid: Paid
    account_ciphertext: str
    state: str
    subscriber_id: int | None = None
    charge_id: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class TopupRow:
    """A top-up, and how much of it was given back to its provider."""

    reference: str
    provider: str
    subscriber_id: int | None
    amount: Money
    taken_back: Money
    state: str


def one_payment_at_a_time(tx: Transaction, provider: str, external_id: str) -> None:
    """Crediting a payment and taking it back wait for each other until the commit. Taken before
    any other lock."""
    key = f"{provider}:{external_id}"
    tx.run("select pg_advisory_xact_lock(hashtextextended(%s, 1))", (key,))


def topup_exists(tx: Transaction, provider: str, external_id: str) -> bool:
    row = tx.one(
        "select exists (select from topups where provider = %s and external_id = %s)",
        (provider, external_id),
    )
    return bool(row[0])


def add_topup(tx: Transaction, new: NewTopup, now: datetime) -> None:
    paid = new.paid
    tx.run(
        """
        insert into topups (reference, provider, external_id, account_ciphertext, subscriber_id,
                            charge_id, amount_minor, fee_minor, currency, state, code, at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        """,
        (
            new.reference, new.provider, paid.external_id, new.account_ciphertext,
            new.subscriber_id, new.charge_id, paid.amount.amount_minor, paid.fee.amount_minor,
            paid.amount.currency, new.state, new.code, now,
        ),
    )  # fmt: skip


def lock_topup(tx: Transaction, provider: str, external_id: str) -> TopupRow | None:
    """The top-up that this payment became, locked until the transaction ends."""
    row = tx.maybe(
        "select reference, provider, subscriber_id, amount_minor, taken_back_minor, currency, state"
        " from topups where provider = %s and external_id = %s for update",
        (provider, external_id),
    )
    if row is None:
        return None
    reference, provider, subscriber_id, amount, taken_back, currency, state = row
    return TopupRow(
        reference, provider, subscriber_id, Money(amount, currency), Money(taken_back, currency),
        state,
    )  # fmt: skip


def hear_reversal(
    tx: Transaction, provider: str, external_id: str, amount: Money, now: datetime
) -> bool:
    """Note how much the provider says it took back in all; False when that is no news. It never
    becomes less."""
    return (
        tx.run(
            """
            insert into topup_reversals as r
                (provider, external_id, amount_minor, currency, heard_at)
            values (%s, %s, %s, %s, %s)
            on conflict (provider, external_id) do update
                set amount_minor = excluded.amount_minor, heard_at = excluded.heard_at
                where r.amount_minor < excluded.amount_minor and r.currency = excluded.currency
            """,
            (provider, external_id, amount.amount_minor, amount.currency, now),
        )
        == 1
    )


def heard_taken_back(tx: Transaction, provider: str, external_id: str) -> Money | None:
    """How much of this payment its provider took back in all, as far as we heard."""
    row = tx.maybe(
        "select amount_minor, currency from topup_reversals"
        " where provider = %s and external_id = %s",
        (provider, external_id),
    )
    return Money(int(row[0]), str(row[1])) if row else None


def taken_back(tx: Transaction, topup: TopupRow, so_far: Money) -> None:
    """This much in all went back to the provider. Suspense ends when nothing is left of it."""
    tx.run(
        """
        update topups set taken_back_minor = %s, state = case
            when state = 'suspense' and %s = amount_minor then 'taken_back' else state end
        where reference = %s
        """,
        (so_far.amount_minor, so_far.amount_minor, topup.reference),
    )


@dataclass(frozen=True, slots=True)
class PaidInto:
    """What a top-up was paid into, encrypted, or plain in rows from before migration 0039."""

    id: int
    reference: str
    number: str | None
    ciphertext: str | None


def paid_into(tx: Transaction, reference: str) -> PaidInto:
    row = tx.one(
        "select id, reference, account_number, account_ciphertext from topups where reference = %s",
        (reference,),
    )
    return PaidInto(*row)


def paid_into_not_under(tx: Transaction, prefix: str, after_id: int, limit: int) -> list[PaidInto]:
    """Those that are plain or under another key, by id."""
    rows = tx.all(
        "select id, reference, account_number, account_ciphertext from topups where id > %s"
        " and (account_number is not null or not starts_with(account_ciphertext, %s))"
        " order by id limit %s",
        (after_id, prefix, limit),
    )
    return [PaidInto(*row) for row in rows]


def renew_paid_into(tx: Transaction, topup_id: int, ciphertext: str) -> None:
    tx.run(
        "update topups set account_number = null, account_ciphertext = %s where id = %s",
        (ciphertext, topup_id),
    )
