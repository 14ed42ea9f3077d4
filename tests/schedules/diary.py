"""Schedules of a world: made, due, and what came of them; times are those of Lagos."""

from collections.abc import Callable
from typing import Any

from app.db import ledger, pins
from app.db.engine import Transaction
from app.domain.ledger import fund, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    GetSchedules,
    MakeSchedule,
    Origin,
    Schedule,
    ScheduleRuns,
)
from app.domain.schedules import Every, Rhythm
from app.domain.secret import Secret
from app.services.perform import perform
from app.services.record_swap import record_swap
from menus.texts.messages import render
from tests.factories.world import PIN, World, naira

MONDAYS = Rhythm(Every.WEEK, 1)
WEEKLY_PLAN = "1024mb-7d"


def ask(world: World, msisdn: Msisdn, request: Any, origin: Origin | None = None) -> Any:
    return perform(world.context, origin or world.origin(msisdn), request)


def wish(
    to: str, rhythm: Rhythm = MONDAYS, price: int = 200, product: str = "airtime",
    operator: str = "mtn-ng", pin: str = PIN,
) -> MakeSchedule:  # fmt: skip
    return MakeSchedule(Msisdn(to), operator, product, naira(price), rhythm, Secret(pin))


def made(world: World, msisdn: Msisdn, **more: Any) -> int:
    """A schedule for the own number; its id."""
    reply = ask(world, msisdn, wish(msisdn, **more))
    assert isinstance(reply, ScheduleRuns), reply
    return int(world.one("select max(id) from schedules"))


def kept(world: World, msisdn: Msisdn) -> tuple[Schedule, ...]:
    found: tuple[Schedule, ...] = ask(world, msisdn, GetSchedules()).kept
    return found


def until(world: World, text: str) -> None:
    """It is this time in Lagos; nobody has looked meanwhile."""
    now = world.clock.now()
    wanted = now.fromisoformat(f"{text}+01:00")
    assert wanted >= now
    world.clock.advance(seconds=(wanted - now).total_seconds())


def work(world: World) -> None:
    for _ in range(4):
        world.look()


def pass_to(world: World, text: str) -> None:
    """Time passes; the evening before was worked as well."""
    until(world, text)
    work(world)


def bought(world: World, msisdn: Msisdn) -> list[tuple[str, str, int, str]]:
    rows = world.all(
        "select o.channel, o.session, o.step, o.state from orders o"
        " join subscribers s on s.id = o.subscriber_id where s.msisdn = %s order by o.id", msisdn,
    )  # fmt: skip
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def told(world: World, msisdn: Msisdn) -> list[str]:
    rows = world.all("select kind, params from mt_sms where msisdn = %s order by id", msisdn)
    return [render(kind, "en", params) for kind, params in rows]


def pay_in(world: World, msisdn: Msisdn, amount: Money) -> None:
    owner = id_of(world, msisdn)
    with world.db.transaction() as tx:
        ledger.post(tx, fund(f"later:{owner}", wallet(owner, "NGN"), amount))


def id_of(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select id from subscribers where msisdn = %s", msisdn))


def hold_wallet(world: World, msisdn: Msisdn) -> Callable[[Transaction], object]:
    owner = id_of(world, msisdn)
    return lambda tx: ledger.lock(tx, wallet(owner, "NGN"))


def due(world: World, msisdn: Msisdn, **more: Any) -> int:
    """A schedule whose run has come and whose owner has heard of it."""
    number = made(world, msisdn, **more)
    pass_to(world, "2026-03-08T18:00")
    until(world, "2026-03-09T09:00")
    return number


def change_pin(world: World, buyer: Msisdn) -> None:
    fresh = world.context.hasher.hash(Secret("8264"), buyer)
    with world.db.transaction() as tx:
        pins.set_pin(tx, id_of(world, buyer), fresh.hash, fresh.pepper_id, world.clock.now())


def lock_pin(world: World, buyer: Msisdn) -> None:
    with world.db.transaction() as tx:
        tx.run("update subscribers set locked_until = 'infinity' where msisdn = %s", (buyer,))


def block(world: World, buyer: Msisdn) -> None:
    with world.db.transaction() as tx:
        tx.run("update subscribers set blocked = true where msisdn = %s", (buyer,))


def swap(world: World, buyer: Msisdn) -> None:
    record_swap(world.context, buyer, world.clock.now(), "cli:test", "told")
