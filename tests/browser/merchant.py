"""An agent's servers: keys, an endpoint that is down for a while, what it was told."""

from dataclasses import dataclass, field

from app.bootstrap import Parts
from app.db.agents import AgentRow
from app.domain.api_callers import MerchantCaller, Scope
from app.domain.catalogue import AIRTIME
from app.domain.msisdn import Msisdn
from app.domain.purchases import Wanted
from app.domain.webhooks import EventKind
from app.ports.webhooks import WebhookAnswer
from app.services.approve import approve
from app.services.merchants.buy import Bought, buy
from app.services.merchants.deliver import WebhookContext, deliver_webhook
from app.services.merchants.endpoints import add_endpoint, ping
from app.services.merchants.keys import NewKey, ask_to_let_sell, make_key
from app.services.merchants.who_calls import merchant_of
from tests.factories.world import World, naira

_OFFICE = "203.0.113.0/24"


@dataclass
class _Endpoint:
    """Down for the first of what it is told."""

    answers: list[WebhookAnswer] = field(default_factory=lambda: [
        WebhookAnswer(503, "<html><h1>Service Unavailable</h1></html>"),
    ])  # fmt: skip

    def post(self, *_: object) -> WebhookAnswer:
        return self.answers.pop() if self.answers else WebhookAnswer(200, '{"received": true}')


def add_servers(made: Parts, world: World, agent: AgentRow, maker: str, checker: str) -> int:
    """The agent sells by API: a purchase was delivered, of which the endpoint wasn't told yet. The
    id of that delivery."""
    ctx, owner = made.context, agent.msisdn
    ticket = ask_to_let_sell(ctx, agent.id, "The contract is signed", maker, "LETSELL")
    approve(ctx, ticket, checker)
    rehearses = NewKey(live=False, scopes=frozenset(Scope), label="the developer's laptop")
    sells = NewKey(
        live=True, scopes=frozenset(Scope), label="till of the shop in Yaba", networks=(_OFFICE,)
    )
    make_key(ctx, agent.id, rehearses, owner, staff=False)
    key = make_key(ctx, agent.id, sells, owner, staff=False)
    endpoint = add_endpoint(
        ctx, agent.id, "https://hooks.adebayo-stores.example/nexustop/events",
        [EventKind.DELIVERED, EventKind.DECLINED, EventKind.FLOAT_LOW], owner, live=True,
    )  # fmt: skip
    caller = merchant_of(ctx, key.whole, "203.0.113.7")
    assert isinstance(caller, MerchantCaller)
    bought = buy(ctx, caller, Wanted(
        "INV-2026-0117", Msisdn("+2348031230001"), "mtn-ng", AIRTIME, naira(350)
    ))  # fmt: skip
    assert isinstance(bought, Bought)
    world.vend(int(world.one(
        "select id from orders where reference = %s", bought.purchase.id
    )))  # fmt: skip
    delivery = int(world.one(
        "select max(id) from webhook_deliveries where agent_id = %s", agent.id
    ))  # fmt: skip
    webhooks = WebhookContext(ctx, _Endpoint())
    deliver_webhook(webhooks, delivery)
    tried = ping(ctx, agent.id, endpoint.row.reference)
    assert tried is not None
    deliver_webhook(webhooks, tried)
    return delivery
