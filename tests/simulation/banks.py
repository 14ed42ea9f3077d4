"""Banks and a payment provider that stall, lie, repeat themselves and take money back."""

import random
from collections import Counter
from dataclasses import dataclass, replace

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeNotSent,
    ChargeOutcome,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import NotPaid, Paid, PaymentState, PaymentUnknown, TakenBack
from tests.factories.world import World, naira
from tests.fakes.payments import ScriptedPayments

NOBODYS = "9900000000"
"""An account of nobody we know."""

_STARTS = {"started": 70, "unheard": 8, "lost": 5, "not_sent": 10, "refused": 7}


@dataclass(slots=True)
class _Begun:
    """A charge as the provider has it."""

    charge: Charge
    external_id: str
    payments: int = 0


class RandomProvider(ScriptedPayments):
    """`paid` is what really came in, by reference; `payments` what its API has come to know of it;
    `taken` what it took back since; `begun` the charges that it started."""

    def __init__(self, dice: random.Random) -> None:
        super().__init__()
        self.dice = dice
        self.paid: dict[str, Paid] = {}
        self.taken: dict[str, Money] = {}
        self.begun: dict[str, _Begun] = {}
        self.problems: list[str] = []

    def start(self, charge: Charge) -> ChargeOutcome:
        fate = self.dice.choices(list(_STARTS), list(_STARTS.values()))[0]
        if charge.reference in self.begun:
            self.problems.append(f"charge {charge.reference} was started twice")
        if fate in {"started", "unheard"}:
            external_id = f"c-{charge.reference}"
            self.begun[charge.reference] = _Begun(charge, external_id)
            if fate == "started":
                return ChargeStarted(
                    external_id, dial="*737#", account="9812345678", bank="Wema", link="https://x"
                )
        if fate == "refused":
            return ChargeRefused("not_today")
        return ChargeNotSent("connect") if fate == "not_sent" else ChargeUnknown("timeout")

    def query(self, reference: str) -> PaymentState:
        """Of a payment that was taken back it still says that it was paid, as Paystack does."""
        if self.dice.random() < 0.1:
            return PaymentUnknown("timeout")
        return self.payments.get(reference, PaymentUnknown("timeout"))

    def query_charge(self, charge: Charge) -> PaymentState:
        if charge.reference in self.begun:
            return self.query(charge.reference)
        return NotPaid("not_found")

    def taken_back(self, reference: str) -> PaymentState:
        if reference in self.taken and self.dice.random() < 0.9:
            return TakenBack(self.paid[reference].external_id, self.taken[reference])
        return self.query(reference)


class Banks:
    """What people and banks do at the provider."""

    def __init__(self, world: World, dice: random.Random, owners: list[Msisdn]) -> None:
        self.world, self.dice = world, dice
        self.provider = RandomProvider(dice)
        world.payments = self.provider
        world.funding = replace(
            world.funding,
            **{part: {"paystack": self.provider} for part in ("readers", "accounts", "charges")},
            refunds={"paystack": self.provider},
        )
        self.accounts: dict[str, Msisdn | None] = {NOBODYS: None}
        for number, owner in enumerate(owners):
            self.accounts[f"99{number:08d}1"] = owner
        for account, owner in self.accounts.items():
            if owner:
                world.webhook({"account": account, "owner": owner})

    def transfer_arrives(self) -> None:
        """The provider's API knows it now or later; its webhook comes 0 to 3 times, and may come
        before."""
        account = self.dice.choice(list(self.accounts))
        amount = naira(self.dice.choice((30, 500)))
        self._come(f"bank-{len(self.provider.paid)}", amount, "paid", account=account)

    def charge_is_paid(self) -> None:
        """Somebody agrees to a charge: mostly of its amount, and mostly once."""
        if not self.provider.begun:
            return
        begun = self.dice.choice(list(self.provider.begun.values())[-6:])
        wrong = self.dice.random() < 0.15
        amount = begun.charge.amount + naira(self.dice.choice((-10, 10)) if wrong else 0)
        begun.payments += 1
        ours = begun.charge.reference
        if begun.payments == 1:
            self._come(ours, amount, "charge", ours=ours)
        elif self.dice.random() < 0.2:
            self._come(f"{ours}-{begun.payments}", amount, "paid", ours=ours)

    def take_back(self) -> None:
        """A payment is reversed, in part or whole, perhaps again; its webhook may get lost."""
        if not self.provider.paid:
            return
        reference = self.dice.choice(list(self.provider.paid)[-8:])
        whole = self.provider.paid[reference].amount
        so_far = self.provider.taken.get(reference, naira(0))
        self.provider.taken[reference] = min(whole, so_far + naira(self.dice.choice((20, 1_000))))
        for copy in range(self.dice.randrange(3)):
            self.world.webhook({"taken_back": reference, "at": len(self.provider.taken) + copy})

    def lie(self) -> None:
        """A webhook about a payment that never was, or was never taken back."""
        self.provider.payments["lie"] = NotPaid("not_found")
        word = self.dice.choice(("paid", "charge", "taken_back"))
        self.world.webhook({word: "lie", "at": self.dice.random()})

    def speak(self) -> None:
        """The API comes to know a payment, and the provider tells of it again."""
        if self.provider.paid:
            self._tell(self.dice.choice(list(self.provider.paid)), self.dice.randrange(3))

    def come_to_an_end(self) -> None:
        for reference in self.provider.paid:
            self._tell(reference, "at the end")

    def _come(
        self, reference: str, amount: Money, word: str, *, account: str = "", ours: str = ""
    ) -> None:
        paid = Paid(f"p-{reference}", amount, naira(1), account, ours)
        self.provider.paid[reference] = paid
        if self.dice.random() < 0.7:
            self.provider.payments[reference] = paid
        for copy in range(self.dice.randrange(4)):
            self.world.webhook({word: reference, "copy": copy // 2})

    def _tell(self, reference: str, again: object) -> None:
        self.provider.payments[reference] = self.provider.paid[reference]
        self.world.webhook({"paid": reference, "again": again})
        if reference in self.provider.taken:
            self.world.webhook({"taken_back": reference, "again": again})

    # --- their book and ours -------------------------------------------------------------------

    def differences(self) -> list[str]:
        """Once everything was said: every payment is here once, of its amount, where it belongs,
        and what was taken back went back once."""
        booked = {
            external_id: (Money(amount, currency), state, Money(taken, currency))
            for external_id, amount, taken, currency, state in self.world.all(
                "select external_id, amount_minor, taken_back_minor, currency, state from topups"
            )
        }
        found = [f"payment {key} is nobody's" for key in booked.keys() - self._external_ids()]
        credited = Counter[str]()
        for reference, paid in self.provider.paid.items():
            ours = booked.get(paid.external_id)
            if ours is None or ours[0] != paid.amount:
                found.append(f"payment {reference}: theirs {paid.amount}, ours {ours}")
                continue
            _, state, taken = ours
            credited[paid.reference] += state == "credited"
            if (state == "credited") is not self._to_be_credited(paid) and not paid.reference:
                found.append(f"payment {reference} is {state}")
            wanted = self.provider.taken.get(reference, naira(0))
            if state in {"credited", "suspense"} and taken != wanted:
                found.append(f"payment {reference}: {wanted} taken back, here {taken}")
        return found + [
            f"charge {reference} was credited {times} times"
            for reference, times in credited.items()
            if reference and times != self._credits_wanted(reference)
        ]

    def _external_ids(self) -> set[str]:
        return {paid.external_id for paid in self.provider.paid.values()}

    def _to_be_credited(self, paid: Paid) -> bool:
        return self.accounts.get(paid.account_number) is not None

    def _credits_wanted(self, reference: str) -> int:
        """One, when a payment of the charge's amount is among those that came for it."""
        amount = self.provider.begun[reference].charge.amount
        came = (paid for paid in self.provider.paid.values() if paid.reference == reference)
        return int(any(paid.amount == amount for paid in came))
