"""Queries on charges. State moves only by compare-and-set."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.charges import OPEN, ChargeMethod, ChargeState
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import Charge, ChargeStarted


@dataclass(frozen=True, slots=True)
class NewCharge:
    """What asking for a charge writes; `reference` is a fresh candidate."""

    reference: str
    subscriber_id: int
    provider: str
    method: ChargeMethod
    bank: str
    amount: Money
    channel: str
    session: str
    step: int
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """A charge as the services see it, with its owner. `taken_up_at` is None while it surely isn't
    with the provider; `to_pay` is None unless the provider adds its fee."""

    id: int
    reference: str
    subscriber_id: int
    owner: Msisdn
    language: str
    provider: str
    method: ChargeMethod
    bank: str
    amount: Money
    state: ChargeState
    external_id: str
    dial: str
    account: str
    account_bank: str
    to_pay: Money | None
    link: str
    tries: int
    asked_at: datetime
    taken_up_at: datetime | None

    def at_provider(self) -> Charge:
        """As its provider knows it."""
        return Charge(
            self.reference, self.owner, self.method, self.amount, self.bank, self.external_id
        )


_ROW = """
select c.id, c.reference, c.subscriber_id, s.msisdn, s.language, c.provider, c.method, c.bank,
       c.amount_minor, c.currency, c.state, c.external_id, c.dial, c.account, c.account_bank,
       c.to_pay_minor, c.link, c.tries, c.asked_at, c.taken_up_at
from charges c join subscribers s on s.id = c.subscriber_id
"""


def _charge(row: tuple) -> ChargeRow:  # type: ignore[type-arg]
    (
        id_, reference, subscriber_id, owner, language, provider, method, bank, amount, currency,
        state, external_id, dial, account, account_bank, to_pay, link, tries, asked_at, taken_up_at,
    ) = row  # fmt: skip
    return ChargeRow(
        id_, reference, subscriber_id, Msisdn(owner), language, provider, ChargeMethod(method),
        bank, Money(amount, currency), ChargeState(state), external_id, dial, account, account_bank,
        None if to_pay is None else Money(to_pay, currency), link, tries, asked_at, taken_up_at,
    )  # fmt: skip


def open_(tx: Transaction, new: NewCharge, due_at: datetime) -> ChargeRow | None:
    """Write it; None when this (channel, session, step) has asked before, or the subscriber has an
    open prompt and this is another."""
    row = tx.maybe(
        """
        insert into charges (reference, subscriber_id, provider, method, bank, amount_minor,
                             currency, channel, session, step, asked_at, due_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
        on conflict do nothing returning id
        """,
        (
            new.reference, new.subscriber_id, new.provider, new.method, new.bank,
            new.amount.amount_minor, new.amount.currency, new.channel, new.session, new.step,
            new.asked_at, due_at,
        ),
    )  # fmt: skip
    return _charge(tx.one(f"{_ROW} where c.id = %s", row)) if row else None


def find_by_step(
    tx: Transaction, channel: str, session: str, step: int, subscriber_id: int
) -> ChargeRow | None:
    """What this step has asked for before."""
    row = tx.maybe(
        f"{_ROW} where c.channel = %s and c.session = %s and c.step = %s and c.subscriber_id = %s",
        (channel, session, step, subscriber_id),
    )
    return _charge(row) if row else None


def find_by_session(tx: Transaction, channel: str, session: str) -> ChargeRow | None:
    """The latest charge asked for in a session."""
    row = tx.maybe(
        f"{_ROW} where c.channel = %s and c.session = %s order by c.id desc limit 1",
        (channel, session),
    )
    return _charge(row) if row else None


def open_prompt_of(tx: Transaction, subscriber_id: int) -> ChargeRow | None:
    """The prompt the subscriber hasn't answered yet."""
    row = tx.maybe(
        f"{_ROW} where c.subscriber_id = %s and c.method = 'prompt' and c.state = any (%s)",
        (subscriber_id, list(OPEN)),
    )
    return _charge(row) if row else None


def find(
    tx: Transaction, provider: str, reference: str = "", external_id: str = ""
) -> ChargeRow | None:
    """The charge at this provider, by our reference or else by the provider's id."""
    if reference:
        row = tx.maybe(f"{_ROW} where c.provider = %s and c.reference = %s", (provider, reference))
        return _charge(row) if row else None
    if not external_id:
        return None
    row = tx.maybe(
        f"{_ROW} where c.provider = %s and c.external_id = %s order by c.id desc limit 1",
        (provider, external_id),
    )
    return _charge(row) if row else None


def find_own(tx: Transaction, reference: str, owner: Msisdn) -> ChargeRow | None:
    """The subscriber's charge with this reference."""
    row = tx.maybe(f"{_ROW} where c.reference = %s and s.msisdn = %s", (reference, owner))
    return _charge(row) if row else None


def page_of(
    tx: Transaction, subscriber_id: int, before_id: int | None, limit: int
) -> list[ChargeRow]:
    """The subscriber's charges, the newest first, or those before an id."""
    rows = tx.all(
        f"""{_ROW} where c.subscriber_id = %(owner)s
            and (%(before)s::bigint is null or (c.asked_at, c.id) < (
                select b.asked_at, b.id from charges b where b.id = %(before)s))
        order by c.asked_at desc, c.id desc limit %(limit)s""",  # noqa: S608 - a constant
        {"owner": subscriber_id, "before": before_id, "limit": limit},
    )
    return [_charge(row) for row in rows]


def lock(tx: Transaction, charge_id: int) -> ChargeRow:
    """The charge, locked until the transaction ends."""
    return _charge(tx.one(f"{_ROW} where c.id = %s for update of c", (charge_id,)))


def lock_by_reference(tx: Transaction, provider: str, reference: str) -> ChargeRow | None:
    """The charge with our reference at this provider, locked."""
    row = tx.maybe(
        f"{_ROW} where c.provider = %s and c.reference = %s for update of c", (provider, reference)
    )
    return _charge(row) if row else None


def take_up(tx: Transaction, charge_id: int, now: datetime, ask_at: datetime) -> bool:
    """Compare-and-set from asked: this worker starts it, and nobody starts it again."""
    return (
        tx.run(
            "update charges set state = 'unknown', taken_up_at = %s, due_at = %s"
            " where id = %s and state = 'asked'",
            (now, ask_at, charge_id),
        )
        == 1
    )


def put_back(tx: Transaction, charge_id: int, code: str, due_at: datetime) -> None:
    """Nothing of it left: it may be taken up again."""
    tx.run(
        "update charges set state = 'asked', taken_up_at = null, code = %s, due_at = %s"
        " where id = %s and state = 'unknown'",
        (code, due_at, charge_id),
    )


def started(tx: Transaction, charge_id: int, outcome: ChargeStarted, due_at: datetime) -> bool:
    """Compare-and-set from unknown: the provider has it. What it answered is kept in any case."""
    to_pay = outcome.to_pay.amount_minor if outcome.to_pay else None
    row = tx.one(
        """
        update charges set external_id = %s, dial = %s, account = %s, account_bank = %s,
            to_pay_minor = %s, link = %s,
            state = case state when 'unknown' then 'started' else state end,
            due_at = case state when 'unknown' then %s else due_at end
        where id = %s returning state
        """,
        (
            outcome.external_id, outcome.dial, outcome.account, outcome.bank, to_pay, outcome.link,
            due_at, charge_id,
        ),
    )  # fmt: skip
    return bool(row[0] == ChargeState.STARTED)


def look_later(tx: Transaction, charge_id: int, code: str, due_at: datetime) -> None:
    """Not to be known now. An ended charge stays ended."""
    tx.run(
        "update charges set code = %s, due_at = %s, tries = tries + 1"
        " where id = %s and state = any (%s)",
        (code, due_at, charge_id, list(OPEN)),
    )


def end(tx: Transaction, charge_id: int, state: ChargeState, code: str, now: datetime) -> bool:
    """Compare-and-set from any open state; False when it had ended."""
    return (
        tx.run(
            "update charges set state = %s, code = %s, ended_at = %s, due_at = null"
            " where id = %s and state = any (%s)",
            (state, code, now, charge_id, list(OPEN)),
        )
        == 1
    )


def money_came(
    tx: Transaction, charge_id: int, state: ChargeState, code: str, now: datetime
) -> None:
    """What ended without money is paid (or mismatched) when money comes after all. A paid charge
    stays paid."""
    tx.run(
        "update charges set state = %s, code = %s, ended_at = %s, due_at = null"
        " where id = %s and state <> 'paid'",
        (state, code, now, charge_id),
    )


def take_due(tx: Transaction, now: datetime, again_after: timedelta) -> list[int]:
    """Ids of charges that must be started or asked about; each comes due again by itself."""
    rows = tx.all(
        "update charges set due_at = %s where id in ("
        " select id from charges where due_at <= %s order by due_at limit 200"
        " for update skip locked) returning id",
        (now + again_after, now),
    )
    return [int(row[0]) for row in rows]
