"""Two people of staff who do what their work allows: issue vouchers, correct, end breaks, answer.

Each looks at the world as it is and is honest; what is asked for may be outdated once decided.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from app.domain.breaks import BreakKind, Way, ways_of
from app.domain.cases import CaseState
from app.domain.corrections import REVERSIBLE
from app.domain.days import day_of
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.refunds import RefundRules
from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.answer_case import CaseEnded, answer_case, take_case
from app.services.approve import approve, decline
from app.services.correct_books import ask_adjustment, ask_reversal
from app.services.refund_order import ask_refund
from app.services.resolve_break import ask_resolution
from app.services.run_staff import add_staff
from app.services.run_vouchers import (
    BatchHasEnded,
    Wanted,
    ask_batch,
    issue_vouchers,
    void_vouchers,
)
from app.services.settle_by_hand import open_unknown_order
from app.services.staff_refused import AlreadyDecided, SamePerson, StaffRefused
from tests.factories.world import World, naira
from tests.simulation.vendors import Vendors

_MAKER, _CHECKER = "maker@nexustop.example", "checker@nexustop.example"
_ROLES = {_MAKER: Role.FINANCE_MAKER, _CHECKER: Role.FINANCE_CHECKER}
_TRUTH = {"delivered": Way.DELIVERED, "failed": Way.DECLINED, "nothing": Way.DECLINED}


class Staff:
    """`pins` are those of every batch that was issued; with `few`, one person gives back little."""

    def __init__(
        self, world: World, dice: random.Random, vendors: Vendors, customers: list[Msisdn]
    ) -> None:
        self.world, self.dice, self.vendors = world, dice, vendors
        self.customers = customers
        self.few = replace(world.context, refunds=RefundRules({"NGN": 60}, {"NGN": 400}))
        self.pins: list[Secret] = []
        self.problems: list[str] = []
        for email, role in _ROLES.items():
            add_staff(world.context, email, Secret("correct horse 9"), "cli:test", role)

    def acts(self) -> dict[Callable[[], None], int]:
        """What they do, and how often."""
        return {
            self.issue: 1, self.void: 1, self.adjust: 1, self.reverse: 2, self.look_at_breaks: 4,
            self.take_up_an_order: 2, self.give_back: 3, self.decide: 7, self.answer: 2,
        }  # fmt: skip

    # --- vouchers ----------------------------------------------------------------------------

    def issue(self) -> None:
        last_day = day_of(self.world.clock.now(), "NG") + timedelta(days=self.dice.randrange(3))
        wanted = Wanted(6, naira(self.dice.choice((100, 200))), last_day)
        ctx = self.world.context
        ticket = ask_batch(ctx, wanted, "shops ran out", _MAKER)
        approve(ctx, ticket, _CHECKER)
        issue_vouchers(ctx, ticket, _MAKER, lambda issued: self.pins.extend(issued.pins))

    def void(self) -> None:
        batches = self.world.all("select reference from voucher_batches order by id desc limit 4")
        if batches and self.dice.random() < 0.3:
            try:
                void_vouchers(self.world.context, self.dice.choice(batches)[0], _MAKER, "stolen")
            except BatchHasEnded:
                return

    # --- asking ------------------------------------------------------------------------------

    def adjust(self) -> None:
        amount = self.dice.choice((-50_00, 20_00))
        whose = self.dice.choice(self.customers)
        self._ask(lambda: ask_adjustment(self.world.context, whose, amount, "", "said", _MAKER))

    def reverse(self) -> None:
        """A recent transaction of a kind that may be reversed, reversed before or not."""
        recent = self.world.all(
            "select reference from ledger_transactions where kind = any(%s)"
            " order by id desc limit 12", sorted(REVERSIBLE),
        )  # fmt: skip
        if recent:
            wanted = self.dice.choice(recent)[0]
            self._ask(lambda: ask_reversal(self.world.context, wanted, "in error", _MAKER))

    def give_back(self) -> None:
        """Money of a recent order, mostly one that was delivered: alone, or asked for; now and then
        the form is sent twice."""
        recent = self.world.all(
            "select reference, price_minor from orders where state = 'delivered' or %s"
            " order by id desc limit 12", self.dice.random() < 0.3,
        )  # fmt: skip
        if not recent:
            return
        order, price = self.dice.choice(recent)
        amount = Money(price // self.dice.choice((1, 1, 2, 4)), "NGN")
        key = self.world.context.new_reference()
        for _ in range(self.dice.choice((1, 1, 2))):
            self._ask(lambda: ask_refund(self.few, order, amount, "bundle lost", key, _MAKER))

    def take_up_an_order(self) -> None:
        """Of one that waits, the vendor is rung up."""
        waiting = self.world.all(
            "select reference from orders where state in ('pending', 'unknown')"
            " order by id limit 10"
        )
        if waiting:
            order = self.dice.choice(waiting)[0]
            self._ask(lambda: open_unknown_order(self.world.context, order, "rang", _MAKER))

    def look_at_breaks(self) -> None:
        """End one in a way that fits what is known."""
        found = self.world.all(
            "select b.id, b.kind, (select a.reference from vend_attempts a"
            " where a.order_id = b.order_id order by a.number desc limit 1)"
            " from breaks b where b.closed_at is null order by b.id limit 10"
        )
        if not found:
            return
        break_id, kind, reference = self.dice.choice(found)
        way = self._way(kind, reference)
        if way is not None:
            to = self.dice.choice(self.customers)
            self._ask(lambda: ask_resolution(self.world.context, break_id, way, to, "seen", _MAKER))

    def _way(self, kind: str, reference: str | None) -> Way | None:
        if kind in {BreakKind.UNKNOWN_OUTCOME, BreakKind.UNKNOWN_ORDER}:
            return _TRUTH.get(self.vendors.word_of(reference or ""))
        return self.dice.choice(ways_of(kind))

    # --- deciding ----------------------------------------------------------------------------

    def decide(self) -> None:
        """The other one approves or declines; whoever asked can't, and nothing is decided twice."""
        tickets = self.world.all(
            "select ticket, state from approvals order by asked_at desc, ticket limit 12"
        )
        if not tickets:
            return
        ticket, state = self.dice.choice(tickets)
        try:
            if self.dice.random() < 0.1:
                approve(self.world.context, ticket, _MAKER)
                self.problems.append(f"{ticket} was approved by whoever had asked")
            elif self.dice.random() < 0.15:
                decline(self.world.context, ticket, _CHECKER, "no")
            else:
                approve(self.world.context, ticket, _CHECKER)
            if state != "asked":
                self.problems.append(f"{ticket} was {state} and is decided again")
        except (SamePerson, AlreadyDecided, StaffRefused):
            return

    # --- cases -------------------------------------------------------------------------------

    def answer(self) -> None:
        cases = self.world.all("select ticket from cases order by id desc limit 6")
        if not cases:
            return
        ticket = self.dice.choice(cases)[0]
        try:
            if self.dice.random() < 0.5:
                take_case(self.world.context, ticket, _MAKER)
            else:
                answer_case(
                    self.world.context, ticket, self.dice.choice(tuple(CaseState)[1:]),
                    "Looked at and put right", _MAKER,
                )  # fmt: skip
        except CaseEnded:
            return

    def _ask(self, act: Callable[[], object]) -> None:
        """What can't be done is refused in words, and nothing has happened."""
        try:
            act()
        except StaffRefused:
            return
