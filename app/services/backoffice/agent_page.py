"""Agents as staff see them: a level of the tree, and one agent with what is held, sold and asked
for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.db import agent_list, agents, approvals, ledger
from app.db.agent_list import BranchRow, KycRow, Moved, RequestRow
from app.db.agents import AgentRow
from app.db.approvals import ApprovalRow
from app.db.ledger import MovementRow
from app.db.web_accounts import AccountRow, people_of
from app.domain.agency import FLOAT_REQUEST_LASTS
from app.domain.agent_postings import agent_float, commission
from app.domain.days import next_midnight
from app.domain.ledger import AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.reason import reason_of
from app.services.run_agents import add_agent, close_agent
from app.services.staff_refused import StaffRefused

PAGE = 50
_MONTH = timedelta(days=30)
_LATEST = 30
_WORDS: Mapping[str, str] = {
    "hold": "Sales", "void": "Sales given back", "reversal": "Sales given back later",
    "cash_in": "Cash taken in", "paid_out": "Cash paid out", "float": "Float received and given",
    "commission": "Commission taken", "adjustment": "Corrections",
}  # fmt: skip
"""What a kind of transaction is to an agent."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One level of the tree; `more` is the id to go on after, None at its end."""

    rows: Sequence[BranchRow]
    more: int | None


@dataclass(frozen=True, slots=True)
class AgentPage:
    """`float_moved` and `earned` are by kind of act; `waiting` is float that was asked for with a
    second person."""

    agent: AgentRow
    above: AgentRow | None
    held: Money
    commission: Money
    float_moved: Sequence[Moved]
    earned: Sequence[Moved]
    latest: Sequence[MovementRow]
    below: Branch
    people: Sequence[AccountRow]
    requests: Sequence[RequestRow]
    waiting: Sequence[ApprovalRow]
    kyc: KycRow

    @property
    def low(self) -> bool:
        return self.held < self.agent.low_float


def act_in_words(kind: str) -> str:
    return _WORDS.get(kind, kind.replace("_", " ").capitalize())


def branch(ctx: Context, number: str | None, after: int = 0) -> Branch | None:
    """The agents right below this one, or those below nobody; None when there is no such agent."""
    with ctx.db.statement() as tx:
        parent = agents.of_number(tx, number) if number is not None else None
        if number is not None and parent is None:
            return None
        rows = agent_list.level(tx, parent.id if parent else None, after, PAGE + 1)
    return _branch(rows)


def show_agent(ctx: Context, number: str) -> AgentPage | None:
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        agent = agents.of_number(tx, number)
        if agent is None:
            return None
        day = next_midnight(now, agent.country) - timedelta(days=1)
        spans = (agent.id, agent.currency, day, now - _MONTH)
        float_ = agent_float(agent.id, agent.currency)
        return AgentPage(
            agent,
            agents.find(tx, agent.parent_id) if agent.parent_id else None,
            ledger.balance(tx, float_),
            ledger.balance(tx, commission(agent.id, agent.currency)),
            agent_list.moved(tx, AccountKind.AGENT_FLOAT, *spans),
            agent_list.moved(tx, AccountKind.COMMISSION, *spans),
            ledger.movements(tx, float_, _LATEST),
            _branch(agent_list.level(tx, agent.id, 0, PAGE + 1)),
            people_of(tx, agent.id),
            agent_list.requests(tx, agent.id, now - FLOAT_REQUEST_LASTS, _LATEST),
            approvals.float_for(tx, agent.msisdn),
            agent_list.kyc(tx, agent.id),
        )


def put_agent(
    ctx: Context, person: Person, msisdn: Msisdn, name: str, above: str, low_float: Money
) -> AgentRow:
    """Make a registered subscriber an agent, or change one. `above` is an agent's number, or empty.
    Raises NoSuchSubscriber, StaffRefused, WouldBeACircle."""
    parent = None
    if above:
        with ctx.db.statement() as tx:
            found = agents.of_number(tx, above)
        if found is None or not found.active:
            raise StaffRefused(f"{above} is no open agent's number")
        parent = found.msisdn
    return add_agent(ctx, msisdn, name, parent, low_float.amount_minor, person.name)


def shut_agent(ctx: Context, person: Person, agent: AgentRow, reason: str) -> None:
    """No acts any more. Raises StaffRefused without a reason."""
    close_agent(ctx, agent.msisdn, person.name, reason_of(reason))


def _branch(rows: list[BranchRow]) -> Branch:
    return Branch(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
