"""Vendors whose truth and words differ at random."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.ports.recalls import RecallAccepted, RecallOutcome, RecallRefused, RecallUnknown
from app.ports.vending import StatusCallback, ValidationRequest, VendRequest
from app.services.bulkheads import Bulkheads
from app.services.case_context import CaseContext
from app.services.context import Selling
from app.services.vendor_callback import hear_status, validate
from app.services.watch_providers import probe_provider
from tests.factories.plans import mtn, stock
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

_FATES = {
    "delivered": 30, "declined": 6, "provider": 4, "not_sent": 6, "throttled": 3,
    "misconfigured": 1, "pending": 12, "unknown_delivered": 8, "unknown_failed": 4,
    "never_received": 6,
}  # fmt: skip
_REFUSALS: dict[str, VendOutcome] = {
    "declined": Declined("barred", Scope.SALE),
    "provider": Declined("cannot", Scope.PROVIDER),
    "not_sent": NotSent("connect"),
    "throttled": Throttled("429", timedelta(seconds=3)),
    "misconfigured": Misconfigured("018"),
}


class RandomVendor(ScriptedVendor):
    """`truth` is what became of a reference; `book` what reached a phone, less what was taken back
    from it."""

    def __init__(
        self, world: World, dice: random.Random, name: str, *, validates: bool, clock: FixedClock
    ) -> None:
        super().__init__(
            clock, name, can_query=not validates, refuses_duplicates=not validates,
            validates=validates, callback_settles=validates,
        )  # fmt: skip
        self.world = world
        self.dice = dice
        self.truth: dict[str, str] = {}
        self.ids: dict[str, str] = {}
        self.numbers = count(1)

    def vend(self, request: VendRequest) -> VendOutcome:
        if self._clock.now() > request.send_by:
            return NotSent("send_by_passed")
        fate = self.dice.choices(list(_FATES), list(_FATES.values()))[0]
        if request.reference in self.truth:
            return Unknown("014")
        if fate in _REFUSALS:
            return _REFUSALS[fate]
        if fate == "never_received":
            return Unknown("read_timeout")
        return self._accept(request, fate)

    def _accept(self, request: VendRequest, fate: str) -> VendOutcome:
        external = f"{self.traits.name}-{next(self.numbers)}"
        if self.traits.validates:
            wanted = ValidationRequest(
                self.traits.name, external, request.recipient, request.amount
            )
            if not validate(self.world.vending, wanted):
                return Declined("validation failed", Scope.SALE)
        self.ids[request.reference] = external
        self.truth[request.reference] = "pending"
        if fate == "delivered" and not self.traits.validates:
            self.finish(request.reference, "delivered")
            return Delivered(external)
        if fate == "unknown_delivered":
            self.finish(request.reference, "delivered")
            return Unknown("500")
        if fate == "unknown_failed":
            self.finish(request.reference, "failed")
            return Unknown("500")
        return Pending(external, "accepted")

    def finish(self, reference: str, state: str) -> None:
        """The truth of a reference becomes final."""
        if self.truth.get(reference) == "pending":
            self.truth[reference] = state
            if state == "delivered":
                self.deliver(reference)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        state = self.truth.get(reference)
        if self.dice.random() < 0.15:
            return self.dice.choice((Unknown("500"), NotSent("connect")))
        if state is None:
            return NotFound("015")
        return {
            "pending": Pending(self.ids[reference], "099"),
            "delivered": Delivered(self.ids[reference]),
            "failed": Declined("failed", Scope.SALE),
            "reversed": Declined("reversed", Scope.SALE, taken_back=True),
        }[state]

    def undo(self, reference: str) -> None:
        """Take back what was delivered."""
        self.truth[reference] = "reversed"
        self.book[reference] -= 1

    def recall(self, reference: str, external_id: str | None) -> RecallOutcome:
        """A wrong number: perhaps it can be undone, perhaps only later."""
        fate = self.dice.choice(("undone", "promised", "refused", "unheard"))
        if fate == "undone" and self.truth.get(reference) == "delivered":
            self.undo(reference)
        return {
            "undone": RecallAccepted(), "promised": RecallAccepted(),
            "refused": RecallRefused("used"), "unheard": RecallUnknown("timeout"),
        }[fate]  # fmt: skip

    def probe(self) -> Money:
        return naira(1_000)


class Vendors:
    """The vendors of a simulation and what they do by themselves."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self.world, self.dice = world, dice
        self.all = [
            RandomVendor(world, dice, "africastalking", validates=True, clock=world.clock),
            RandomVendor(world, dice, "vtpass", validates=False, clock=world.clock),
        ]
        for vendor in self.all:
            world.vending.providers[vendor.traits.name] = vendor  # type: ignore[index]
            world.stock(vendor.traits.name)
        traits = {vendor.traits.name: vendor.traits for vendor in self.all}
        world.vending = replace(world.vending, bulkheads=Bulkheads(traits, 64))
        selling = Selling(tuple(traits), samples=False)
        world.context = replace(world.context, selling=selling)
        self.reprice()
        world.cases = CaseContext(world.context, {"vtpass": self.all[1]})

    def reprice(self) -> None:
        """The vendor that can be asked lists its plans anew: at other prices, or one less."""
        plans = [("100MB", 100, 1, self.dice.randint(95, 105)),
                 ("1GB", 1_024, 1, self.dice.randint(190, 210))]  # fmt: skip
        stock(self.world.vending, "vtpass", mtn(plans[: self.dice.choice((1, 2, 2, 2))]))

    def finish_some(self) -> None:
        for vendor in self.all:
            for reference, state in list(vendor.truth.items()):
                if state == "pending" and self.dice.random() < 0.4:
                    vendor.finish(reference, self.dice.choice(("delivered",) * 7 + ("failed",) * 3))

    def undo(self) -> None:
        """The vendor that can be asked takes a delivery back."""
        vendor = self.all[1]
        delivered = [r for r, state in vendor.truth.items() if state == "delivered"]
        if delivered:
            vendor.undo(self.dice.choice(delivered[-20:]))

    def call_back(self) -> None:
        """One vendor tells of one sale, perhaps for the tenth time."""
        vendor = self.dice.choice(self.all)
        ended = [r for r, state in vendor.truth.items() if state != "pending"]
        if ended:
            self.tell(vendor, self.dice.choice(ended))

    def tell(self, vendor: RandomVendor, reference: str) -> None:
        external = vendor.ids[reference]
        delivered = vendor.truth[reference] == "delivered"
        word = Delivered(external) if delivered else Declined("failed", Scope.SALE)
        hear_status(
            self.world.vending, StatusCallback(vendor.traits.name, word, reference, external)
        )

    def lie(self) -> None:
        """Somebody who knows no id of the vendor that can't be asked, and any of the other's."""
        forged = StatusCallback("africastalking", Delivered("forged"), external_id="forged")
        hear_status(self.world.vending, forged)
        known = list(self.all[1].truth)
        if known:
            word = StatusCallback("vtpass", Delivered("x"), reference=self.dice.choice(known))
            hear_status(self.world.vending, word)

    def probe(self) -> None:
        for vendor in self.all:
            probe_provider(self.world.vending, vendor.traits.name)

    def come_to_an_end(self) -> None:
        """Everything is delivered or not, and said."""
        for vendor in self.all:
            for reference in list(vendor.truth):
                vendor.finish(reference, "delivered")
                self.tell(vendor, reference)

    def deliveries(self) -> Counter[str]:
        """How often value reached a phone and stayed there, by reference."""
        found = Counter[str]()
        for vendor in self.all:
            found.update(vendor.book)
        return found

    def undone(self) -> set[str]:
        """References of what was delivered and taken back."""
        return {
            reference
            for vendor in self.all
            for reference, state in vendor.truth.items()
            if state == "reversed"
        }

    def word_of(self, reference: str) -> str:
        """What staff are told on the telephone: delivered, failed, reversed, pending, or nothing of
        a sale that the vendor never received."""
        return next((v.truth[reference] for v in self.all if reference in v.truth), "nothing")
