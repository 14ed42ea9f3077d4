"""One sale that goes wrong in one way at one vendor, through the real services, to its end."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from app.db import catalogue, providers, routes
from app.db.catalogue import FROM_VENDOR
from app.db.engine import Database
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.outcomes import VendOutcome
from app.domain.products import Offered
from app.domain.requests import OrderPlaced
from app.ports.vending import VendRequest
from app.services.settle_order import VENDOR_REVERSAL
from app.services.sync_catalogue import take_over
from providers.sandbox.faults import Answer
from providers.sandbox.faults import course as course_of
from providers.sandbox.serve import SandboxServer
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.faults.cases import Case, End
from tests.faults.street import OPERATOR, Heard, Street, wait_until_quiet

WALLET = naira(5_000)
PLAN = "1024mb-7d"
_SIZE_MB, _DAYS = 1024, 7
_NOBODY = "http://127.0.0.1:1"
_ENDED = {"delivered", "declined", "reversed"}
_NO_PLAN = {
    "africastalking_data": "9/GB/Week", "baxi": "mtn/9gb-7d", "dingconnect": "MTNG-9gb-7d",
    "dtone": "9999", "flutterwave": "BIL108/9gb-7d", "reloadly": "1341/801.00", "smedata": "999",
    "vtpass": "mtn-data/mtn-9gb-7d",
}  # fmt: skip
"""What each might have called a plan of the past."""
_LOOKS = (*itertools.repeat(5, 12), *itertools.repeat(60, 8), 86_400, 60)
"""Seconds from one look at what is due to the next."""
_numbers = itertools.count(10)


_ENDS = {
    ("delivered", "", 1): End.DELIVERED,
    ("declined", "", 0): End.REFUNDED,
    ("reversed", VENDOR_REVERSAL, 0): End.TAKEN_BACK,
    ("reversed", "given_up", 0): End.WHOLE,
    ("reversed", "given_up", 1): End.OUR_LOSS,
}
"""Of an order's state and code, and how often its vendor delivered."""


@dataclass(frozen=True)
class Found:
    """What became of a sale: the order's state and code, the states of what the vendor's book has
    for its recipient, what its buyer paid and was to pay, the SMS about its end, why the
    provider was stopped, what our doors answered, and where the books are wrong."""

    state: str
    code: str
    book: tuple[str, ...]
    paid: Money
    price: Money
    sms: tuple[str, ...]
    stopped: str
    answers: frozenset[int]
    differs: tuple[str, ...]

    @property
    def end(self) -> End:
        """Raises KeyError for an end that isn't one of ours."""
        why = self.code if self.state == "reversed" else ""
        return _ENDS[self.state, why, self.book.count("delivered")]


class Repeating:
    """The vendor, on a line that sends each purchase a second time."""

    def __init__(self, vendor: Any) -> None:
        self._vendor = vendor

    def vend(self, request: VendRequest) -> VendOutcome:
        self._vendor.vend(request)
        outcome: VendOutcome = self._vendor.vend(request)
        return outcome

    def __getattr__(self, name: str) -> Any:
        return getattr(self._vendor, name)


def sell(street: Street, db: Database, name: str, case: Case) -> Found:
    """Buy, let time pass until the order has ended, and look."""
    course = course_of(name, "vending", case.fault)
    served = street.sandbox(case.float_minor, 3_600 if course.taken_back else 0.05)
    live = f"http://127.0.0.1:{served.port}"
    silent = course.answer is Answer.SILENCE
    vendor = street.adapter(name, _NOBODY if case.down else live, impatient=silent)
    clock = FixedClock(datetime.now(UTC) + case.clock_off)
    world = World(db, clock, {name: Repeating(vendor) if case.sent_twice else vendor})
    _put_on_sale(world, name, case, street.offers(name, live))
    street.open(world)
    recipient, before = f"{case.to}{next(_numbers)}" if case.to else "", len(street.heard)
    if case.bought_before:
        earlier = _buy(world, name, case, recipient)
        _deliver(world, earlier, served)
        recipient = world.order(earlier).recipient
    if case.fault:
        served.floor.faults.add(name, "vending", case.fault, 1)
    order = _buy(world, name, case, recipient)
    world.vend(order)
    if case.stray:
        wait_until_quiet(served)
        street.tell_of_another(world.order(order).recipient, served)
    _to_the_end(world, order, served)
    if course.taken_back:
        served.floor.later.hurry()
        wait_until_quiet(served)
        world.look()
    return _found(world, served, name, order, street.heard[before:], case)


def _put_on_sale(world: World, name: str, case: Case, offers: Iterable[Offered]) -> None:
    """Nothing that befell the vendor before is held against it."""
    known = [_as_known(one, name, case) if _is_the_plan(one) else one for one in offers]
    take_over(world.vending, name, known, FROM_VENDOR)
    with world.db.transaction() as tx:
        providers.start(tx, name)
        routes.heard_well(tx, name)


def _is_the_plan(one: Offered) -> bool:
    return (one.size_mb, one.validity_days) == (_SIZE_MB, _DAYS)


def _as_known(one: Offered, name: str, case: Case) -> Offered:
    if case.withdrawn:
        return replace(one, code=_NO_PLAN[name])
    assert one.cost is not None
    cost = Money(one.cost.amount_minor * case.costs_percent // 100, one.cost.currency)
    # Where a plan's code has its price in it, the catalogue knows another code.
    return replace(one, cost=cost, code=one.code.replace(one.cost.decimal(), cost.decimal()))


def _buy(world: World, name: str, case: Case, recipient: str) -> int:
    """A new buyer's order of airtime or of a plan, for their own number unless one is given."""
    buyer = world.subscriber(WALLET)
    sold = [row[0] for row in world.all(
        "select product from offers where provider = %s and operator = %s and withdrawn_at is null"
        " order by product = 'airtime' desc, product <> %s", name, OPERATOR, PLAN)]  # fmt: skip
    plans = [code for code in sold if code.startswith(PLAN)]
    if case.plan or AIRTIME not in sold:
        price = _price(world, plans[0])
        answer = world.buy_plan(buyer, plans[0], price.amount_minor // 100, recipient)
    else:
        answer = world.buy(buyer, 200, recipient)
    assert isinstance(answer, OrderPlaced), answer
    return int(world.one("select id from orders where reference = %s", answer.reference))


def _price(world: World, code: str) -> Money:
    """As the menus show it."""
    with world.db.statement() as tx:
        plan = catalogue.plan(
            tx, OPERATOR, code, tuple(world.vendors), world.clock.now(), samples=False
        )
    assert plan is not None
    return plan.price


def _deliver(world: World, order: int, served: SandboxServer) -> None:
    world.vend(order)
    _to_the_end(world, order, served)
    assert world.state(order) == "delivered"


def _to_the_end(world: World, order: int, served: SandboxServer) -> None:
    """Let the vendor do what it has put off, then time pass, until nothing is left to be done."""
    for seconds in _LOOKS:
        wait_until_quiet(served)
        world.look()
        if world.state(order) in _ENDED:
            break
        world.clock.advance(seconds=seconds)
    # What it says of a sale that has ended is looked at too.
    world.look()


def _found(
    world: World, served: SandboxServer, name: str, order: int, heard: list[Heard], case: Case
) -> Found:
    row = world.order(order)
    vends = [
        str(sold["state"]) for sold in served.floor.book.vends()
        if sold["msisdn"] == row.recipient and sold["provider"] == name
    ]  # fmt: skip
    sms = world.all(
        "select kind from mt_sms where order_id = %s and kind <> 'slow' order by id", order
    )
    return Found(
        row.state, str(row.code), tuple(vends[int(case.bought_before):]),
        WALLET - world.buyers_money(order), row.price, tuple(str(kind) for (kind,) in sms),
        world.one("select stopped_code from provider_states where name = %s", name) or "",
        frozenset(one.status for one in heard), tuple(world.books_differ()),
    )  # fmt: skip
