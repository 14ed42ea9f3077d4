"""A seeded simulation of the money core: real services and database, everything outside random.

Vendors deliver, decline, stall, lie late and call back in any order; workers die; time jumps. After
every step the invariants must hold; at the end everything must have ended.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from app.domain.money import Money
from app.domain.msisdn import Msisdn
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
from app.ports.payments import NotPaid, Paid
from app.ports.vending import StatusCallback, ValidationRequest, VendRequest
from app.services.vend_order import _claim
from app.services.vendor_callback import hear_status, validate
from app.services.watch_providers import probe_provider
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

ENDED = ("delivered", "declined", "reversed")


class InvariantBroken(AssertionError):
    """Something that must always hold didn't."""


class RandomVendor(ScriptedVendor):
    """A vendor whose truth and words differ at random. `truth` is what became of a reference."""

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

    def vend(self, request: VendRequest) -> VendOutcome:
        if self._clock.now() > request.send_by:
            return NotSent("send_by_passed")
        fate = self.dice.choices(
            ("delivered", "declined", "provider", "not_sent", "throttled", "misconfigured",
             "pending", "unknown_delivered", "unknown_failed", "never_received"),
            (30, 6, 4, 6, 3, 1, 12, 8, 4, 6),
        )[0]  # fmt: skip
        if request.reference in self.truth:
            return Unknown("014")
        if fate in {"not_sent", "throttled", "misconfigured", "declined", "provider"}:
            return _REFUSALS[fate]
        if fate == "never_received":
            return Unknown("read_timeout")
        return self._accept(request, fate)

    def _accept(self, request: VendRequest, fate: str) -> VendOutcome:
        external = f"{self.traits.name}-{len(self.truth)}"
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
        }[state]

    def probe(self) -> Money:
        return naira(1_000)


_REFUSALS: dict[str, VendOutcome] = {
    "declined": Declined("barred", Scope.SALE),
    "provider": Declined("cannot", Scope.PROVIDER),
    "not_sent": NotSent("connect"),
    "throttled": Throttled("429", timedelta(seconds=3)),
    "misconfigured": Misconfigured("018"),
}


@dataclass
class Simulation:
    """One run. `seed` decides everything that happens."""

    world: World
    seed: int
    dice: random.Random = field(init=False)
    buyers: list[Msisdn] = field(init=False)
    strangers: list[Msisdn] = field(init=False)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)
        clock = self.world.clock
        self.vendors = [
            RandomVendor(self.world, self.dice, "africastalking", validates=True, clock=clock),
            RandomVendor(self.world, self.dice, "vtpass", validates=False, clock=clock),
        ]
        for vendor in self.vendors:
            self.world.vending.providers[vendor.traits.name] = vendor  # type: ignore[index]
        self.paid: dict[str, Paid] = {}
        self.accounts = [f"99{self.seed:04d}{number:04d}" for number in range(5)]
        self.strangers = [Msisdn(f"+23480399{self.seed % 100:02d}{n:03d}") for n in range(30)]
        self.buyers = [self.world.subscriber(naira(2_000), exempt=True) for _ in range(5)]
        for buyer, account in zip(self.buyers, self.accounts, strict=True):
            self.world.webhook({"account": account, "owner": buyer})
        self.world.look()

    def run(self, steps: int) -> None:
        """Raises InvariantBroken naming the step."""
        acts = (self._buy, self._buy, self._look, self._look, self._vendor_finishes,
                self._callback, self._forged_callback, self._worker_dies, self._time_jumps,
                self._probe, self._send, self._enrol, self._bank_transfer, self._payment_lie,
                self._bank_speaks)  # fmt: skip
        for step in range(steps):
            self.dice.choice(acts)()
            self._check(step)
        self._finish(steps)

    # --- what can happen ---------------------------------------------------------------------

    def _buy(self) -> None:
        buyer = self.dice.choice(self.buyers)
        to = f"+23480311111{self.dice.randrange(4):02d}"
        self.world.buy(buyer, self.dice.choice((50, 100, 200)), to)

    def _send(self) -> None:
        """To somebody known, or to a number that may register one day."""
        sender = self.dice.choice(self.buyers)
        to = self.dice.choice([*self.buyers, *self.strangers])
        self.world.send(sender, to, naira(self.dice.choice((10, 70))))

    def _enrol(self) -> None:
        """A stranger registers, now and then; another one comes to be known."""
        if self.strangers and self.dice.random() < 0.2:
            newcomer = self.strangers.pop(0)
            self.world.enrol(newcomer)
            self.buyers.append(newcomer)

    def _bank_transfer(self) -> None:
        """Money comes in; the provider's API knows it now or later, its webhook comes 0 to 3 times
        and may come before."""
        number, amount = len(self.paid), naira(self.dice.choice((30, 500)))
        reference, account = f"s{self.seed}-{number}", self.dice.choice([*self.accounts, "nobody"])
        self.paid[reference] = Paid(f"p-{reference}", amount, naira(1), account)
        if self.dice.random() < 0.7:
            self.world.payments.payments[reference] = self.paid[reference]
        for copy in range(self.dice.randrange(4)):
            self.world.webhook({"paid": reference, "copy": copy // 2})

    def _payment_lie(self) -> None:
        """A webhook about a payment that never was."""
        self.world.payments.payments["lie"] = NotPaid("not_found")
        self.world.webhook({"paid": "lie", "at": self.dice.random()})

    def _bank_speaks(self) -> None:
        """The API comes to know a payment, and the provider tells of it again."""
        if self.paid:
            reference = self.dice.choice(list(self.paid))
            self.world.payments.payments[reference] = self.paid[reference]
            self.world.webhook({"paid": reference, "again": self.dice.randrange(3)})

    def _look(self) -> None:
        self.world.clock.advance(seconds=self.dice.uniform(0, 3))
        self.world.look()

    def _vendor_finishes(self) -> None:
        for vendor in self.vendors:
            for reference, state in list(vendor.truth.items()):
                if state == "pending" and self.dice.random() < 0.4:
                    final = "delivered" if self.dice.random() < 0.7 else "failed"
                    vendor.finish(reference, final)

    def _callback(self) -> None:
        vendor = self.dice.choice(self.vendors)
        ended = [r for r, state in vendor.truth.items() if state in {"delivered", "failed"}]
        if ended:
            self._tell(vendor, self.dice.choice(ended))

    def _tell(self, vendor: RandomVendor, reference: str) -> None:
        truth = vendor.truth[reference]
        external = vendor.ids[reference]
        word = Delivered(external) if truth == "delivered" else Declined("failed", Scope.SALE)
        callback = StatusCallback(vendor.traits.name, word, reference, external)
        hear_status(self.world.vending, callback)

    def _forged_callback(self) -> None:
        """Somebody who knows no id of the vendor that can't be asked, and any of the other's."""
        forged = StatusCallback("africastalking", Delivered("forged"), external_id="forged")
        hear_status(self.world.vending, forged)
        known = list(self.vendors[1].truth)
        if known:
            reference = self.dice.choice(known)
            hear_status(
                self.world.vending, StatusCallback("vtpass", Delivered("x"), reference=reference)
            )

    def _worker_dies(self) -> None:
        """A worker takes an order, perhaps sends it, and is never heard of again."""
        rows = self.world.all("select id from orders where state = 'placed' limit 1")
        if not rows:
            return
        claim = _claim(self.world.vending, int(rows[0][0]))
        if claim is not None and self.dice.random() < 0.5:
            attempt, order = claim.attempt, claim.order
            request = VendRequest(
                attempt.reference, order.recipient, order.operator, order.amount, attempt.send_by
            )
            self.world.vending.providers[attempt.provider].vend(request)

    def _time_jumps(self) -> None:
        self.world.clock.advance(seconds=self.dice.choice((5, 20, 40, 90)))

    def _probe(self) -> None:
        for vendor in self.vendors:
            probe_provider(self.world.vending, vendor.traits.name)

    # --- what must hold ----------------------------------------------------------------------

    def _check(self, step: int) -> None:
        found = self.world.books_differ()
        delivered = Counter[str]()
        for vendor in self.vendors:
            delivered.update(vendor.book)
        for order, state, references in self.world.all(
            "select o.id, o.state, array_agg(distinct a.reference) filter (where a.reference <> '')"
            " from orders o left join vend_attempts a on a.order_id = o.id group by o.id"
        ):
            times = sum(delivered[name] for name in references or [])
            if times > 1:
                found.append(f"order {order} was delivered {times} times")
            if state == "delivered" and times != 1:
                found.append(f"order {order} is called delivered and was not")
            if state == "declined" and times:
                found.append(f"order {order} was paid back and delivered")
        if found:
            raise InvariantBroken(f"seed {self.seed}, step {step}: {found[:5]}")

    def _finish(self, steps: int) -> None:
        """Every vendor comes to an end, every word is heard, and a day passes."""
        for vendor in self.vendors:
            for reference in list(vendor.truth):
                vendor.finish(reference, "delivered")
                self._tell(vendor, reference)
        for reference, paid in self.paid.items():
            self.world.payments.payments[reference] = paid
            self.world.webhook({"paid": reference, "again": "at the end"})
        self.world.pass_time(400, step=5)
        self._check(steps)
        self.world.pass_time(25 * 3600, step=600)
        self._check(steps)
        self.world.pass_time(72 * 3600, step=3600)
        self._check(steps)
        open_ = self.world.all(
            "select id, state from orders where state <> all(%s)"
            " union all select id, state from transfers where state = 'waiting'", list(ENDED)
        )  # fmt: skip
        booked = self.world.all(
            "select external_id, amount_minor, state = 'suspense' from topups"
            " where external_id like %s order by 1", f"p-s{self.seed}-%"
        )  # fmt: skip
        wanted = sorted(
            (paid.external_id, paid.amount.amount_minor, paid.account_number == "nobody")
            for paid in self.paid.values()
        )
        if booked != wanted:
            raise InvariantBroken(f"seed {self.seed}: {len(booked)} top-ups, paid {len(wanted)}")
        if open_:
            raise InvariantBroken(f"seed {self.seed}: never ended {open_[:5]}")

    def bought(self) -> int:
        return int(self.world.one("select count(*) from orders"))
