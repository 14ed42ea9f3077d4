"""What an agent's counter did, one act at a time, and day by day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.db import agents, counter, ledger
from app.db.counter import ActRow, FloatLine, SumRow
from app.db.engine import Transaction
from app.domain.agent_postings import agent_float, commission
from app.domain.money import Money
from app.domain.roles import Right
from app.services.backoffice.counter import agent_of, currency_of
from app.services.backoffice.person import Person
from app.services.context import Context

LINES = 50
MOST_MOVES = 5_000
_BLOCK = 1_000


@dataclass(frozen=True, slots=True)
class Receipt:
    """`agent` is the agent's name, `number` what customers type to name the agent."""

    act: ActRow
    agent: str
    number: str


def receipt_of(ctx: Context, person: Person, reference: str) -> Receipt | None:
    """The act with this reference. None when it isn't one of this agent's; a teller sees only their
    own."""
    agent_id, _ = agent_of(person)
    with ctx.db.statement() as tx:
        found, agent = counter.act(tx, agent_id, reference), agents.find(tx, agent_id)
    if found is None or agent is None or not _may_see(person, found.done_by):
        return None
    return Receipt(found, agent.name, agent.number)


def sees_everybody(person: Person) -> bool:
    """Whose acts: everybody's at this agent, or only one's own."""
    return person.may(Right.MANAGE_TELLERS)


def _may_see(person: Person, done_by: str) -> bool:
    return sees_everybody(person) or done_by == person.name


# --- the day ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """What one person did of one kind in a day; `back` of them were given back."""

    by: str
    kind: str
    count: int
    amount: Money
    earned: Money
    back: int


@dataclass(frozen=True, slots=True)
class DaySheet:
    """A day in the person's zone. The float is of the whole counter, and None of a teller's sheet
    or where there were too many movements since to tell."""

    day: date
    lines: tuple[Line, ...]
    begins_with: Money | None
    ends_with: Money | None


def today_of(ctx: Context, person: Person) -> date:
    return ctx.clock.now().astimezone(ZoneInfo(person.zone)).date()


def day_sheet(ctx: Context, person: Person, day: date) -> DaySheet:
    """Per person and kind; a teller's shows their own acts."""
    begins, ends = _bounds(day, person.zone)
    lines = day_lines(ctx, person, day)
    if not sees_everybody(person):
        return DaySheet(day, lines, None, None)
    with ctx.db.transaction() as tx:
        return DaySheet(day, lines, *_float_at(tx, person, begins, ends))


def day_lines(ctx: Context, person: Person, day: date) -> tuple[Line, ...]:
    """What was done, without the float; only one's own acts for a teller."""
    begins, ends = _bounds(day, person.zone)
    only = None if sees_everybody(person) else person.name
    with ctx.db.transaction() as tx:
        rows = counter.sums(tx, agent_of(person)[0], begins, ends, only)
    return tuple(_line(row, currency_of(person)) for row in rows)


def _float_at(
    tx: Transaction, person: Person, begins: datetime, ends: datetime
) -> tuple[Money | None, Money | None]:
    """What the float held at both moments: what it holds now, less what moved since. None where
    more than MOST_MOVES lie between, too many to add up for a page."""
    agent_id, currency = agent_of(person)[0], currency_of(person)
    held = ledger.balance(tx, agent_float(agent_id, currency))
    last: Money | None = None
    before_id = None
    for _ in range(MOST_MOVES // _BLOCK):
        lines = counter.float_lines(tx, agent_id, currency, before_id, _BLOCK)
        for line in lines:
            if line.at < ends and last is None:
                last = held
            if line.at < begins:
                return held, last
            held = held - line.amount
        if len(lines) < _BLOCK:
            return held, held if last is None else last
        before_id = lines[-1].id
    return None, last


def _line(row: SumRow, currency: str) -> Line:
    amount, earned = Money(row.amount_minor, currency), Money(row.earned_minor, currency)
    return Line(row.done_by, row.kind, row.count, amount, earned, row.back)


def _bounds(day: date, zone: str) -> tuple[datetime, datetime]:
    midnight = datetime.combine(day, time(), ZoneInfo(zone))
    return midnight, midnight + timedelta(days=1)


# --- the desk and the float ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Till:
    """What the agent has now. `commission` and `requests` are None to whoever may not see them."""

    name: str
    number: str
    float_: Money
    low: bool
    commission: Money | None
    has_parent: bool


def till(ctx: Context, person: Person) -> Till | None:
    """None once the agent is closed."""
    agent_id, _ = agent_of(person)
    with ctx.db.statement() as tx:
        agent = agents.find(tx, agent_id)
        if agent is None or not agent.active:
            return None
        held = ledger.balance(tx, agent_float(agent_id, agent.currency))
        earned = ledger.balance(tx, commission(agent_id, agent.currency))
    seen = earned if person.may(Right.SEE_COMMISSION) else None
    return Till(
        agent.name, agent.number, held, held < agent.low_float, seen, agent.parent_id is not None
    )  # fmt: skip


def float_lines(ctx: Context, person: Person, before_id: int | None) -> list[FloatLine]:
    """A page of the float's movements, the newest first, and one more if there are older ones."""
    agent_id, _ = agent_of(person)
    with ctx.db.statement() as tx:
        return counter.float_lines(tx, agent_id, currency_of(person), before_id, LINES + 1)
