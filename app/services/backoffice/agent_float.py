"""How an agent's float and commission move: bought, asked for, given down, taken."""

from app.db import agents
from app.db.agents import AgentRow
from app.domain.agency import FLOAT_REQUEST_LASTS
from app.domain.agent_postings import agent_float, commission
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskFloat,
    CommissionTaken,
    DeclineFloat,
    Done,
    FloatAsked,
    FloatMoved,
    FloatRequest,
    NotEnough,
    Refused,
)
from app.services.agent_act import act_for
from app.services.backoffice.counter import agent_of, currency_of, origin_of
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.move_float import (
    ask_float,
    buy_from_wallet,
    decline_float,
    find_request,
    grant,
    send_down,
)
from app.services.take_commission import take_earned

MOST_REQUESTS = 50
Moved = FloatMoved | NotEnough | Refused


def waiting_requests(ctx: Context, person: Person) -> list[FloatRequest]:
    """Who asks this agent for float, oldest first."""
    since = ctx.clock.now() - FLOAT_REQUEST_LASTS
    with ctx.db.statement() as tx:
        rows = agents.asked_of(tx, agent_of(person)[0], since, MOST_REQUESTS)
    return [FloatRequest(row.reference, row.taker, row.amount) for row in rows]


def buy(ctx: Context, person: Person, key: str, amount: Money) -> Moved:
    """From the agent's wallet into the float, once per key."""
    origin = origin_of(person, key)
    return act_for(
        ctx, agent_of(person)[0], amount,
        lambda agent: buy_from_wallet(ctx, origin, agent, amount), wallet,
    )  # fmt: skip


def ask(ctx: Context, person: Person, key: str, amount: Money) -> FloatAsked | Refused:
    """Ask the agent above, once per key."""
    return ask_float(ctx, origin_of(person, key), AskFloat(amount))


def send(ctx: Context, person: Person, key: str, to: Msisdn, amount: Money) -> Moved:
    """To an agent below, once per key."""
    origin = origin_of(person, key)
    return act_for(
        ctx, agent_of(person)[0], amount,
        lambda agent: send_down(ctx, origin, agent, to, amount), agent_float,
    )  # fmt: skip


def give(ctx: Context, person: Person, reference: str) -> Moved | None:
    """Grant a request; None when there is no such one to this agent."""
    origin = origin_of(person, reference)
    wanted = find_request(ctx, origin, reference)
    if wanted is None:
        return None
    return act_for(
        ctx, agent_of(person)[0], wanted.amount, lambda agent: grant(ctx, origin, agent, wanted)
    )


def decline(ctx: Context, person: Person, reference: str) -> Done | Refused | None:
    """Say no to a request; None when there is no such one to this agent."""
    origin = origin_of(person, reference)
    if find_request(ctx, origin, reference) is None:
        return None
    return decline_float(ctx, origin, DeclineFloat(reference))


def take(
    ctx: Context, person: Person, key: str, *, into_float: bool
) -> CommissionTaken | NotEnough | Refused:
    """All that was earned, to the wallet or straight into the float, once per key."""
    target, origin = (agent_float if into_float else wallet), origin_of(person, key)

    def act(agent: AgentRow) -> CommissionTaken | Refused:
        return take_earned(ctx, origin, agent, target)

    nothing = Money(0, currency_of(person))
    return act_for(ctx, agent_of(person)[0], nothing, act, commission)
