"""Banks and payment providers that stall, lie and repeat themselves."""

import random

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.payments import NotPaid, Paid
from tests.factories.world import World, naira

NOBODYS = "9900000000"
"""An account of nobody we know."""


class Banks:
    """`paid` is what really came in, by the provider's reference."""

    def __init__(self, world: World, dice: random.Random, owners: list[Msisdn]) -> None:
        self.world, self.dice = world, dice
        self.paid: dict[str, Paid] = {}
        self.accounts: dict[str, Msisdn | None] = {NOBODYS: None}
        for number, owner in enumerate(owners):
            self.accounts[f"99{number:08d}1"] = owner
        for account, owner in self.accounts.items():
            if owner:
                world.webhook({"account": account, "owner": owner})

    def transfer_arrives(self) -> None:
        """The provider's API knows it now or later; its webhook comes 0 to 3 times, and may come
        before."""
        reference = f"bank-{len(self.paid)}"
        account = self.dice.choice(list(self.accounts))
        amount = naira(self.dice.choice((30, 500)))
        self.paid[reference] = Paid(f"p-{reference}", amount, naira(1), account)
        if self.dice.random() < 0.7:
            self.world.payments.payments[reference] = self.paid[reference]
        for copy in range(self.dice.randrange(4)):
            self.world.webhook({"paid": reference, "copy": copy // 2})

    def lie(self) -> None:
        """A webhook about a payment that never was."""
        self.world.payments.payments["lie"] = NotPaid("not_found")
        self.world.webhook({"paid": "lie", "at": self.dice.random()})

    def speak(self) -> None:
        """The API comes to know a payment, and the provider tells of it again."""
        if self.paid:
            self._tell(self.dice.choice(list(self.paid)), self.dice.randrange(3))

    def come_to_an_end(self) -> None:
        for reference in self.paid:
            self._tell(reference, "at the end")

    def _tell(self, reference: str, again: object) -> None:
        self.world.payments.payments[reference] = self.paid[reference]
        self.world.webhook({"paid": reference, "again": again})

    def differences(self) -> list[str]:
        """Their book and ours, once everything was said."""
        booked = {
            external_id: (Money(amount, currency), state)
            for external_id, amount, currency, state in self.world.all(
                "select external_id, amount_minor, currency, state from topups"
            )
        }
        wanted = {
            paid.external_id: (
                paid.amount,
                "credited" if self.accounts[paid.account_number] else "suspense",
            )
            for paid in self.paid.values()
        }
        return [
            f"payment {key}: theirs {wanted.get(key)}, ours {booked.get(key)}"
            for key in sorted(wanted.keys() | booked.keys())
            if wanted.get(key) != booked.get(key)
        ]
