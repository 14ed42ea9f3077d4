"""What a merchant's float holds."""

from dataclasses import dataclass

from app.db import agents, ledger
from app.domain.agent_postings import agent_float
from app.domain.api_callers import MerchantCaller
from app.domain.money import Money
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class Float:
    """`low_below`: below this the agent is told."""

    held: Money
    low_below: Money


def show_float(ctx: Context, caller: MerchantCaller) -> Float:
    """The same with a test key, which takes nothing of it."""
    with ctx.db.statement() as tx:
        agent = agents.find(tx, caller.merchant_id)
        if agent is None:
            raise LookupError(caller.merchant_id)
        return Float(ledger.balance(tx, agent_float(agent.id, agent.currency)), agent.low_float)
