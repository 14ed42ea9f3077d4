"""Subscribers and agents at their handsets; a gateway that repeats what they typed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.domain.cases import CaseKind
from app.domain.charges import ChargeMethod
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskAgain,
    AskFloat,
    BuyAirtime,
    BuyData,
    BuyFloat,
    CashDone,
    CashIn,
    ChargeAsked,
    ChoosePin,
    Enrol,
    GiveFloat,
    MoneySent,
    OrderPlaced,
    Origin,
    PayOut,
    PinPurpose,
    RedeemVoucher,
    ReportProblem,
    Request,
    SendFloat,
    SendMoney,
    StartCharge,
    TakeCommission,
    VoucherRedeemed,
    Withdraw,
    WithdrawalReady,
)
from app.domain.secret import Secret
from app.services.perform import perform
from app.services.run_agents import add_agent, put_float
from tests.factories.world import PIN, World, naira

_HAPPENED = (OrderPlaced, MoneySent, WithdrawalReady, CashDone, ChargeAsked, VoucherRedeemed)
"""Replies that say money moved: a repeated hop must get the very same one."""


@dataclass(frozen=True, slots=True)
class Hop:
    """Something that was asked, and what was answered (None when nobody lived to hear it)."""

    origin: Origin
    request: Request
    reply: object


def _settled(reply: object) -> object:
    """The reply less what may have changed since: the recipient may have registered, the balance
    is today's."""
    if isinstance(reply, VoucherRedeemed):
        return replace(reply, balance=reply.amount)
    return replace(reply, waits=False) if isinstance(reply, MoneySent) else reply


class People:
    """`buyers` are registered, `strangers` not yet, `agents` are two and one below the first;
    `pins` are vouchers that can be had in shops."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.sessions = 0
        self.hops: list[Hop] = []
        self.problems: list[str] = []
        self.strangers = [Msisdn(f"+23480399{n:05d}") for n in range(40)]
        self.buyers = [
            world.subscriber(naira(2_000), exempt=True, msisdn=Msisdn(f"+23480388{n:05d}"))
            for n in range(6)
        ]
        self.agents = self.buyers[-2:]
        for place, agent in enumerate(self.agents):
            above = self.agents[0] if place else None
            add_agent(world.context, agent, "Corner shop", above, 500_00, "simulation")
            put_float(world.context, agent, 20_000_00, f"first float {agent}", "simulation", "")
        self.codes: list[tuple[Msisdn, int, Secret]] = []
        self.pins: list[Secret] = []

    def acts(self) -> dict[Callable[[], None], int]:
        """What they do, and how often."""
        return {
            self.buy: 8, self.buy_data: 4, self.send: 4, self.enrol: 2, self.withdraw: 3,
            self.show_code: 4,
            self.cash_in: 3, self.move_float: 2, self.give_float: 1, self.take_commission: 1,
            self.redeem: 3, self.ask_for_a_charge: 4, self.complain: 2, self.ask_again: 1,
            self.type_again: 5,
        }  # fmt: skip

    # --- subscribers -------------------------------------------------------------------------

    def buy(self) -> None:
        to = Msisdn(f"+23480311111{self.dice.randrange(4):02d}")
        amount = naira(self.dice.choice((50, 100, 200)))
        self._ask(self._buyer(), BuyAirtime(to, "mtn-ng", amount, self._pin()))

    def buy_data(self) -> None:
        """At a price that was shown to somebody, lately or long ago."""
        to = Msisdn(f"+23480311111{self.dice.randrange(4):02d}")
        plan, price = self.dice.choice((("100mb-1d", 100), ("1024mb-1d", 200)))
        shown = naira(price + self.dice.randint(-5, 10))
        self._ask(self._buyer(), BuyData(to, "mtn-ng", plan, shown, self._pin()))

    def send(self) -> None:
        """To somebody known, or to a number that may register one day."""
        to = self.dice.choice([*self.buyers, *self.strangers[:8]])
        self._ask(self._buyer(), SendMoney(to, naira(self.dice.choice((10, 70))), self._pin()))

    def enrol(self) -> None:
        """A stranger registers, now and then; another one comes to be known."""
        if not self.strangers or self.dice.random() < 0.6:
            return
        newcomer = self.strangers[0]
        self.sessions += 1
        choose = ChoosePin(Secret(PIN), PinPurpose.ENROL)
        for step, request in enumerate((choose, Enrol(Secret(PIN), "en")), 1):
            origin = Origin("sim", f"enrol-{self.sessions}", step, newcomer)
            perform(self.world.context, origin, request)
        if newcomer in self.strangers:
            # Another one of the same number's sessions may have been faster.
            self.strangers.remove(newcomer)
            self.buyers.append(newcomer)

    def withdraw(self) -> None:
        customer, amount = self._buyer(), self.dice.choice((100, 300))
        reply = self._ask(customer, Withdraw(naira(amount), "", naira(1_000), self._pin()))
        if isinstance(reply, WithdrawalReady):
            self.codes.append((customer, amount, reply.code))

    def redeem(self) -> None:
        """A PIN of a shop, fresh or used by somebody, or a guess."""
        pin = self.dice.choice(self.pins[-20:]) if self.pins else Secret("")
        if self.dice.random() < 0.05:
            pin = Secret("12345678901234")
        self._ask(self._buyer(), RedeemVoucher(pin))

    def ask_for_a_charge(self) -> None:
        method = self.dice.choice(tuple(ChargeMethod))
        bank = "gtb" if method is ChargeMethod.BANK_USSD else ""
        self._ask(self._buyer(), StartCharge(method, naira(self.dice.choice((100, 500))), bank))

    def complain(self) -> None:
        """About something recent of one's own, or nothing in particular."""
        customer = self._buyer()
        recent = self.world.all(
            "select o.reference from orders o join subscribers s on s.id = o.subscriber_id"
            " where s.msisdn = %s union all"
            " select t.reference from transfers t join subscribers s on s.id = t.sender_id"
            " where s.msisdn = %s order by 1 desc limit 6", customer, customer,
        )  # fmt: skip
        about = self.dice.choice([*(row[0] for row in recent), ""])
        self._ask(customer, ReportProblem(about, self.dice.choice(tuple(CaseKind))))

    def ask_again(self) -> None:
        waiting = self.world.all(
            "select o.reference, s.msisdn from orders o join subscribers s on s.id ="
            " o.subscriber_id where o.state in ('pending', 'unknown') order by o.id limit 1"
        )
        if waiting:
            self._ask(Msisdn(waiting[0][1]), AskAgain(waiting[0][0]))

    # --- agents ------------------------------------------------------------------------------

    def show_code(self) -> None:
        """A customer shows a code: the right one, an old one, or a wrong amount."""
        if not self.codes:
            return
        customer, amount, code = self.dice.choice(self.codes[-4:])
        if self.dice.random() < 0.15:
            amount += 50
        agent = self.dice.choice(self.agents)
        self._ask(agent, PayOut(customer, naira(amount), code, Secret(PIN)))

    def cash_in(self) -> None:
        amount = naira(self.dice.choice((200, 1_500)))
        agent = self.dice.choice(self.agents)
        self._ask(agent, CashIn(self.dice.choice(self.buyers), amount, self._pin()))

    def move_float(self) -> None:
        first, below = self.agents
        amount = naira(self.dice.choice((100, 900)))
        asker, request = self.dice.choice(
            (
                (first, SendFloat(below, amount, Secret(PIN))),
                (below, AskFloat(amount)),
                (below, BuyFloat(amount, Secret(PIN))),
            )
        )
        self._ask(asker, request)

    def give_float(self) -> None:
        asked = self.world.all(
            "select reference from float_moves where state = 'asked' order by id limit 1"
        )
        if asked:
            self._ask(self.agents[0], GiveFloat(asked[0][0], Secret(PIN)))

    def take_commission(self) -> None:
        self._ask(self.dice.choice(self.agents), TakeCommission(Secret(PIN)))

    # --- the gateway -------------------------------------------------------------------------

    def type_again(self) -> None:
        """The gateway sends a recent hop again: what moved money is answered as before."""
        if not self.hops:
            return
        hop = self.dice.choice(self.hops[-12:])
        again = perform(self.world.context, hop.origin, hop.request)
        if isinstance(hop.reply, _HAPPENED) and _settled(again) != _settled(hop.reply):
            self.problems.append(f"{hop.origin}: first {hop.reply}, again {again}")

    def _ask(self, msisdn: Msisdn, request: Request) -> object:
        self.sessions += 1
        origin = Origin("sim", f"s-{self.sessions}", 1, msisdn)
        place = len(self.hops)
        self.hops.append(Hop(origin, request, None))
        reply = perform(self.world.context, origin, request)
        self.hops[place] = Hop(origin, request, reply)
        return reply

    def _buyer(self) -> Msisdn:
        return self.dice.choice(self.buyers)

    def _pin(self) -> Secret:
        return Secret(PIN if self.dice.random() < 0.97 else "2580")
