"""A merchant as the back-office shows one: keys, endpoints, and who lets its live keys sell."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import agents, api_keys, approvals, webhook_endpoints
from app.db.agents import AgentRow
from app.db.api_keys import KeyRow
from app.db.approvals import ApprovalRow
from app.db.webhook_endpoints import EndpointRow
from app.domain.msisdn import Msisdn
from app.services.backoffice.person import Person
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class MerchantPage:
    """`usable` are ids of keys that open; `sells`: live keys may spend the float; `waiting` are
    tickets that ask for it."""

    agent: AgentRow
    keys: Sequence[KeyRow]
    usable: frozenset[str]
    endpoints: Sequence[EndpointRow]
    sells: bool
    waiting: Sequence[ApprovalRow]


def agent_of_number(ctx: Context, number: str) -> AgentRow | None:
    with ctx.db.statement() as tx:
        return agents.of_number(tx, number)


def agent_of_msisdn(ctx: Context, msisdn: Msisdn) -> AgentRow | None:
    with ctx.db.statement() as tx:
        return agents.find_by_msisdn(tx, msisdn)


def own_agent(ctx: Context, person: Person) -> AgentRow | None:
    """The agent whose float this person works with."""
    if person.agent_id is None:
        return None
    with ctx.db.statement() as tx:
        return agents.find(tx, person.agent_id)


def show_merchant(ctx: Context, agent: AgentRow) -> MerchantPage:
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        keys = api_keys.of_agent(tx, agent.id)
        return MerchantPage(
            agent, keys, frozenset(key.id for key in keys if key.usable(now)),
            webhook_endpoints.of_agent(tx, agent.id), api_keys.sells(tx, agent.id),
            approvals.api_selling_of(tx, agent.msisdn),
        )  # fmt: skip
