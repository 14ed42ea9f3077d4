"""Queries on cases. A case ends by compare-and-set, so two members of staff can't both answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db.engine import Transaction
from app.domain.cases import CaseKind, CaseState, RecallState
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class NewCase:
    """`subject`: reference of what it is about, or empty; `order_id` when that is a purchase."""

    ticket: str
    subscriber_id: int
    subject: str
    order_id: int | None
    kind: CaseKind
    opened_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case with whom it concerns."""

    id: int
    ticket: str
    subscriber_id: int
    msisdn: Msisdn
    language: str
    country: str
    subject: str
    order_id: int | None
    kind: CaseKind
    state: CaseState
    recall: RecallState | None
    recall_tries: int
    owner: str
    opened_at: datetime
    answer_by: datetime


_ROW = """
select c.id, c.ticket, c.subscriber_id, s.msisdn, s.language, s.country, c.subject, c.order_id,
       c.kind, c.state, c.recall, c.recall_tries, c.owner, c.opened_at, c.answer_by
from cases c join subscribers s on s.id = c.subscriber_id
"""


def _case(row: tuple) -> CaseRow:  # type: ignore[type-arg]
    (id_, ticket, subscriber, msisdn, language, country, subject, order, kind, state, recall,
     tries, owner, opened_at, answer_by) = row  # fmt: skip
    return CaseRow(
        id_, ticket, subscriber, Msisdn(msisdn), language, country, subject, order, CaseKind(kind),
        CaseState(state), RecallState(recall) if recall else None, tries, owner, opened_at,
        answer_by,
    )  # fmt: skip


def open_(tx: Transaction, new: NewCase) -> bool:
    """Write it; False when the subscriber has an open case about the same."""
    return (
        tx.run(
            """
            insert into cases (ticket, subscriber_id, subject, order_id, kind, opened_at, answer_by)
            values (%s, %s, %s, %s, %s, %s, %s)
            on conflict (subscriber_id, subject) where state = 'open' do nothing
            """,
            (
                new.ticket, new.subscriber_id, new.subject, new.order_id, new.kind, new.opened_at,
                new.answer_by,
            ),
        )
        == 1
    )  # fmt: skip


def find_open(tx: Transaction, subscriber_id: int, subject: str) -> CaseRow:
    """The subscriber's open case about this subject."""
    where = "where c.subscriber_id = %s and c.subject = %s and c.state = 'open'"
    return _case(tx.one(f"{_ROW} {where}", (subscriber_id, subject)))


def get(tx: Transaction, case_id: int) -> CaseRow:
    return _case(tx.one(f"{_ROW} where c.id = %s", (case_id,)))


def find(tx: Transaction, ticket: str) -> CaseRow | None:
    row = tx.maybe(f"{_ROW} where c.ticket = %s", (ticket,))
    return _case(row) if row else None


def waiting(tx: Transaction, limit: int = 200) -> list[CaseRow]:
    """Open cases, the most urgent first."""
    rows = tx.all(f"{_ROW} where c.state = 'open' order by c.answer_by, c.id limit %s", (limit,))
    return [_case(row) for row in rows]


def give_to(tx: Transaction, case_id: int, owner: str) -> bool:
    """Somebody looks after it; False once it has ended."""
    return (
        tx.run("update cases set owner = %s where id = %s and state = 'open'", (owner, case_id))
        == 1
    )


def end(tx: Transaction, case_id: int, state: CaseState, now: datetime) -> bool:
    """Compare-and-set from open; False when it has ended already."""
    return (
        tx.run(
            "update cases set state = %s, ended_at = %s, recall_due_at = null"
            " where id = %s and state = 'open'",
            (state, now, case_id),
        )
        == 1
    )


def keep_step(
    tx: Transaction, case_id: int, actor: str, step: str, detail: str, now: datetime
) -> None:
    """What was done about it, by whom."""
    tx.run(
        "insert into case_steps (case_id, at, actor, step, detail) values (%s, %s, %s, %s, %s)",
        (case_id, now, actor, step, detail),
    )


def steps(tx: Transaction, case_id: int) -> list[tuple[datetime, str, str, str]]:
    """(at, actor, step, detail), oldest first."""
    rows = tx.all(
        "select at, actor, step, detail from case_steps where case_id = %s order by id", (case_id,)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


# --- recalls ---------------------------------------------------------------------------------


def want_recall(tx: Transaction, case_id: int, due_at: datetime) -> bool:
    """Have the vendor asked; False when it was wanted before."""
    return (
        tx.run(
            "update cases set recall = 'wanted', recall_due_at = %s"
            " where id = %s and recall is null and state = 'open'",
            (due_at, case_id),
        )
        == 1
    )


def take_recall(tx: Transaction, case_id: int, again_at: datetime) -> CaseRow | None:
    """The case whose recall must be asked for now; it comes due again unless it is answered."""
    taken = tx.run(
        "update cases set recall = 'asked', recall_tries = recall_tries + 1, recall_due_at = %s"
        " where id = %s and recall in ('wanted', 'asked') and state = 'open'",
        (again_at, case_id),
    )
    return get(tx, case_id) if taken else None


def recall_is(
    tx: Transaction, case_id: int, state: RecallState, due_at: datetime | None = None
) -> bool:
    """What the vendor answered; False when that was known."""
    return (
        tx.run(
            "update cases set recall = %s, recall_due_at = %s where id = %s and recall = 'asked'",
            (state, due_at, case_id),
        )
        == 1
    )


def take_due_recalls(tx: Transaction, now: datetime, again_after: timedelta) -> list[int]:
    """Ids of cases whose vendor must be asked (again)."""
    rows = tx.all(
        """
        update cases set recall_due_at = %s where id in (
            select id from cases where recall_due_at <= %s order by recall_due_at limit 100
            for update skip locked) returning id
        """,
        (now + again_after, now),
    )
    return [int(row[0]) for row in rows]
