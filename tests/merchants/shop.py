"""A merchant with a server: an agent, its keys, what it buys, and what it is told."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from app.domain.agent_postings import agent_float
from app.domain.api_callers import MerchantCaller, Scope
from app.domain.api_keys import KeyRefused
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.purchases import Wanted
from app.domain.secret import Secret
from app.ports.webhooks import WebhookAnswer
from app.services.merchants.buy import buy, end_rehearsals
from app.services.merchants.deliver import WebhookContext, deliver_webhook
from app.services.merchants.endpoints import NewEndpoint, add_endpoint
from app.services.merchants.keys import NewKey, let_sell, make_key
from app.services.merchants.who_calls import merchant_of
from app.services.run_agents import add_agent, put_float
from tests.factories.world import World, naira

EVERY = frozenset(Scope)
FROM = "203.0.113.7"
_numbers = count(1)
HOOK = "https://hooks.example.com/nexustop"


class Crashed(Exception):
    """The worker died: the endpoint has it, nobody wrote that down."""


@dataclass
class Server:
    """The merchant's server: takes what is posted, or answers what it is told to."""

    answers: deque[WebhookAnswer | Exception] = field(default_factory=deque)
    posts: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        self.posts.append((url, headers, body))
        answer = self.answers.popleft() if self.answers else WebhookAnswer(200, "ok")
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.posts]

    @property
    def kinds(self) -> list[str]:
        return [str(event["type"]) for event in self.told]


@dataclass
class Shop:
    """The merchant's float is NGN 10,000; everything is reached by live keys unless said."""

    world: World
    server: Server = field(default_factory=Server)

    def __post_init__(self) -> None:
        self.msisdn = self.world.subscriber()
        agent = add_agent(self.world.context, self.msisdn, "Shop", None, 5_000_00, "cli:test")
        self.id, self.number = agent.id, agent.number
        receipt = f"receipt-{self.number}"
        put_float(self.world.context, self.msisdn, 10_000_00, receipt, "cli:test", "paid")
        let_sell(self.world.context, self.id, "cli:test", "contract signed")
        self.webhooks = WebhookContext(self.world.context, self.server)
        self.world.jobs["webhook"] = self.deliver

    def who(self, key: str, address: str = FROM) -> MerchantCaller | KeyRefused:
        return merchant_of(self.world.context, Secret(key), address)

    def key(self, *, live: bool = True, scopes: frozenset[Scope] = EVERY, **more: Any) -> str:
        wanted = NewKey(live, scopes, f"till {next(_numbers)}", **more)
        made = make_key(self.world.context, self.id, wanted, self.msisdn, staff=False)
        return made.whole.value

    def caller(self, *, live: bool = True) -> MerchantCaller:
        found = self.who(self.key(live=live))
        assert isinstance(found, MerchantCaller)
        return found

    def endpoint(self, *events: str, live: bool = True, url: str = HOOK) -> NewEndpoint:
        wanted = events or ("purchase.delivered", "purchase.declined", "purchase.reversed")
        return add_endpoint(self.world.context, self.id, url, wanted, self.msisdn, live=live)

    def buy(
        self, caller: MerchantCaller, reference: str = "inv-1", amount: Money | None = None,
        to: str = "+2348031230001", operator: str = "mtn-ng", plan: str = AIRTIME,
    ) -> Any:  # fmt: skip
        wanted = Wanted(reference, Msisdn(to), operator, plan, amount or naira(200))
        return buy(self.world.context, caller, wanted)

    def deliver(self, delivery_id: int) -> None:
        deliver_webhook(self.webhooks, delivery_id)

    def pass_time(self, seconds: float, step: float = 1) -> None:
        """With relay, sweeper and the end of rehearsals at work."""
        left = seconds
        while left > 0:
            end_rehearsals(self.world.context)
            self.world.pass_time(min(step, left), step)
            left -= step

    @property
    def float_(self) -> Money:
        return self.world.balance(agent_float(self.id, "NGN"))

    def deliveries(self) -> list[tuple[str, int]]:
        """(state, tries) of each, oldest first."""
        return [
            (state, tries)
            for state, tries in self.world.all(
                "select state, tries from webhook_deliveries where agent_id = %s order by id",
                self.id,
            )
        ]
