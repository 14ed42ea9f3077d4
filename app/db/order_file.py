"""Everything that was said and done about one order, as staff need it to decide."""

from dataclasses import dataclass
from datetime import datetime

from app.db.engine import Transaction


@dataclass(frozen=True, slots=True)
class Told:
    """One request to a provider and its answer, secrets cut out (`exchanges`)."""

    at: datetime
    peer: str
    request: str
    asked: str
    status: int | None
    answered: str
    fault: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """An SMS about the order."""

    kind: str
    state: str
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class BreakSeen:
    """`resolution` is empty while it is open."""

    id: int
    kind: str
    owner: str
    resolution: str


def exchanges_about(tx: Transaction, subjects: list[str]) -> list[Told]:
    """Oldest first. A look-up repeats itself each minute: of equal answers in a row to the same
    request only the first and the last are told."""
    rows = tx.all(
        """
        select started_at, peer, method || ' ' || path, request_body, status, response_body, fault,
               duration_ms
        from (select *,
                lag((method, path, status, response_body, fault)) over told
                    is distinct from (method, path, status, response_body, fault) as is_new,
                lead((method, path, status, response_body, fault)) over told
                    is distinct from (method, path, status, response_body, fault) as is_last
              from exchanges where subject = any(%s)
              window told as (partition by peer, method, path order by id)) e
        where is_new or is_last order by id
        """,
        (subjects,),
    )
    return [Told(*row) for row in rows]


def messages_about(tx: Transaction, order_id: int) -> list[MessageSeen]:
    """Every SMS about the order, oldest first."""
    rows = tx.all(
        "select kind, state, sent_at from mt_sms where order_id = %s order by id", (order_id,)
    )
    return [MessageSeen(*row) for row in rows]


def breaks_of(tx: Transaction, order_id: int) -> list[BreakSeen]:
    """Every break of the order, oldest first."""
    rows = tx.all(
        "select id, kind, owner, case when closed_at is null then '' else"
        " coalesce(nullif(resolution, ''), 'closed') end"
        " from breaks where order_id = %s order by id",
        (order_id,),
    )
    return [BreakSeen(*row) for row in rows]
