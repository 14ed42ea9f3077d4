"""A world whose subscribers ask for charges, and acts that happen at once."""

import threading
from collections.abc import Callable

from app.domain.charges import ChargeMethod
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ChargeAsked,
    ChargeAskedBefore,
    Origin,
    Refused,
    StartCharge,
)
from app.ports.payments import Paid
from app.services.perform import perform
from tests.factories.world import World, naira

BY_CODE = (ChargeMethod.BANK_USSD, "gtb")
BY_PROMPT = (ChargeMethod.PROMPT, "")


class Till:
    """A world whose subscribers ask for charges, and the worker that looks after them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.provider = world.payments

    def ask(
        self, who: Msisdn, amount: Money, how: tuple[ChargeMethod, str] = BY_CODE,
        origin: Origin | None = None,
    ) -> ChargeAsked | ChargeAskedBefore | Refused:  # fmt: skip
        request = StartCharge(how[0], amount, how[1])
        answer = perform(self.world.context, origin or self.world.origin(who), request)
        assert isinstance(answer, ChargeAsked | ChargeAskedBefore | Refused)
        return answer

    def started(
        self, amount: int = 1_000, how: tuple[ChargeMethod, str] = BY_CODE
    ) -> tuple[Msisdn, str]:
        """A subscriber with a charge that is with the provider; its reference."""
        who = self.world.subscriber()
        asked = self.ask(who, naira(amount), how)
        assert isinstance(asked, ChargeAsked)
        self.world.look()
        assert self.state(asked.reference) == "started"
        return who, asked.reference

    def pays(self, reference: str, amount: Money, external_id: str = "", ours: str = "") -> None:
        """The provider now says that this was paid for the charge."""
        self.provider.payments[reference] = Paid(
            external_id or f"id-{reference}", amount, Money(amount.amount_minor // 100,
            amount.currency), "", ours or reference,
        )  # fmt: skip

    def hear(self, **event: object) -> None:
        self.world.webhook(dict(event))
        self.world.look()

    def state(self, reference: str) -> str:
        return str(self.world.one("select state from charges where reference = %s", reference))

    def id(self, reference: str) -> int:
        return int(self.world.one("select id from charges where reference = %s", reference))

    def suspense(self, currency: str = "NGN") -> Money:
        return self.world.balance(system(AccountKind.SUSPENSE, currency))

    def breaks(self) -> list[tuple[str, str]]:
        return self.world.all("select kind, detail->>'code' from breaks order by id")


def at_once(acts: list[Callable[[], object]]) -> None:
    gate = threading.Barrier(len(acts))
    failed: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
