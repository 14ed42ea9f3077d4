"""A world with agents in it."""

from itertools import count

from app.domain.agent_postings import agent_float, commission
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    CashIn,
    Origin,
    PayOut,
    Refused,
    Request,
    Withdraw,
    WithdrawalReady,
)
from app.domain.secret import Secret
from app.services.perform import perform
from app.services.run_agents import add_agent, put_float
from tests.factories.world import PIN, World, naira

ANY_FEE = naira(1_000)
"""Customers of tests agree to what is asked."""

_receipts = count(1)


class Counter:
    """Agents, their customers, and what is done between them."""

    def __init__(self, world: World) -> None:
        self.world = world

    def agent(
        self, float_: Money | None = None, parent: Msisdn | None = None, low_float: int = 0
    ) -> Msisdn:
        """An agent with this much float."""
        msisdn = self.world.subscriber()
        add_agent(self.world.context, msisdn, "Corner shop", parent, low_float * 100, "test")
        if float_ is not None:
            put_float(
                self.world.context, msisdn, float_.amount_minor, f"r{next(_receipts)}", "test", ""
            )
        return msisdn

    def ask(self, msisdn: Msisdn, request: Request, origin: Origin | None = None) -> object:
        return perform(self.world.context, origin or self.world.origin(msisdn), request)

    def cash_in(
        self, agent: Msisdn, customer: Msisdn, amount: int, origin: Origin | None = None,
        pin: str = PIN,
    ) -> object:  # fmt: skip
        return self.ask(agent, CashIn(customer, naira(amount), Secret(pin)), origin)

    def withdraw(
        self, customer: Msisdn, amount: int, at: str = "", origin: Origin | None = None,
        said: Money = ANY_FEE,
    ) -> object:  # fmt: skip
        return self.ask(customer, Withdraw(naira(amount), at, said, Secret(PIN)), origin)

    def ready(self, customer: Msisdn, amount: int, at: str = "") -> WithdrawalReady:
        """A withdrawal that is open."""
        reply = self.withdraw(customer, amount, at)
        assert isinstance(reply, WithdrawalReady), reply
        return reply

    def pay_out(
        self, agent: Msisdn, customer: Msisdn, amount: int, code: Secret,
        origin: Origin | None = None,
    ) -> object:  # fmt: skip
        return self.ask(agent, PayOut(customer, naira(amount), code, Secret(PIN)), origin)

    def float_of(self, agent: Msisdn) -> Money:
        return self.world.balance(agent_float(self.id_of(agent), "NGN"))

    def earned(self, agent: Msisdn) -> Money:
        return self.world.balance(commission(self.id_of(agent), "NGN"))

    def number(self, agent: Msisdn) -> str:
        """What customers type to name the agent."""
        return str(
            self.world.one("select number from agents where subscriber_id = %s", self.id_of(agent))
        )

    def id_of(self, msisdn: Msisdn) -> int:
        return int(self.world.one("select id from subscribers where msisdn = %s", msisdn))

    def state(self, reference: str) -> tuple[str, str]:
        rows = self.world.all("select state, why from withdrawals where reference = %s", reference)
        return rows[0][0], rows[0][1]


def why(reply: object) -> str:
    """The reason of a refusal."""
    assert isinstance(reply, Refused), reply
    return str(reply.why)
