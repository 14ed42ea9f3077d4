"""Identity numbers, and what became of them."""

from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    CheckPin,
    ConfirmCustomer,
    ConfirmIdentity,
    Done,
    Origin,
)
from app.domain.secret import Secret
from tests.agents.counter import Counter
from tests.factories.world import PIN, World

_numbers = iter(range(22_000_000_001, 22_999_999_999))


def fresh() -> str:
    return str(next(_numbers))


def give(
    world: World, msisdn: Msisdn, number: str, document: Document = Document.BVN,
    origin: Origin | None = None,
) -> object:  # fmt: skip
    return Counter(world).ask(msisdn, ConfirmIdentity(document, Secret(number)), origin)


def tier(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select tier from subscribers where msisdn = %s", msisdn))


def states(world: World, msisdn: Msisdn) -> list[str]:
    rows = world.all(
        "select c.state from identity_checks c join subscribers s on s.id = c.subscriber_id"
        " where s.msisdn = %s order by c.id", msisdn,
    )  # fmt: skip
    return [row[0] for row in rows]


def at_an_agent(
    counter: Counter, agent: Msisdn, customer: Msisdn, number: str, session: str
) -> object:
    world = counter.world
    checked = counter.ask(agent, CheckPin(Secret(PIN)), world.origin(agent, 1, session))
    assert checked == Done()
    asked = ConfirmCustomer(customer, Document.NIN, Secret(number))
    return counter.ask(agent, asked, world.origin(agent, 2, session))
