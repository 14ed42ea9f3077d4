"""What an agent sees: float, commission, requests of agents below, the float's movements."""

from app.db import agents, ledger
from app.domain.agency import FLOAT_REQUEST_LASTS
from app.domain.agent_postings import agent_float, commission
from app.domain.requests import (
    AgentDesk,
    FloatRequest,
    GetAgentDesk,
    GetAgentMovements,
    GetFloatRequests,
    Movement,
    Origin,
    Refusal,
    Refused,
)
from app.services.context import Context

_MOST_REQUESTS = 9


def get_agent_desk(ctx: Context, origin: Origin, _: GetAgentDesk) -> AgentDesk | Refused:
    with ctx.db.statement() as tx:
        agent = agents.find_by_msisdn(tx, origin.msisdn)
        if agent is None or not agent.active:
            return Refused(Refusal.NOT_AN_AGENT)
        since = ctx.clock.now() - FLOAT_REQUEST_LASTS
        return AgentDesk(
            ledger.balance(tx, agent_float(agent.id, agent.currency)),
            ledger.balance(tx, commission(agent.id, agent.currency)),
            len(agents.asked_of(tx, agent.id, since, _MOST_REQUESTS)),
            has_parent=agent.parent_id is not None,
        )


def get_agent_movements(
    ctx: Context, origin: Origin, request: GetAgentMovements
) -> tuple[Movement, ...]:
    with ctx.db.statement() as tx:
        agent = agents.find_by_msisdn(tx, origin.msisdn)
        if agent is None:
            return ()
        rows = ledger.movements(tx, agent_float(agent.id, agent.currency), request.limit)
        return tuple(Movement(row.kind, row.amount, row.reference, row.at) for row in rows)


def get_float_requests(
    ctx: Context, origin: Origin, request: GetFloatRequests
) -> tuple[FloatRequest, ...]:
    with ctx.db.statement() as tx:
        agent = agents.find_by_msisdn(tx, origin.msisdn)
        if agent is None:
            return ()
        since = ctx.clock.now() - FLOAT_REQUEST_LASTS
        rows = agents.asked_of(tx, agent.id, since, request.limit)
        return tuple(FloatRequest(row.reference, row.taker, row.amount) for row in rows)
