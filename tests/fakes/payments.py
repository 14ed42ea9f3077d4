"""A payment provider that says what it is told to and remembers what it was asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.msisdn import Msisdn
from app.ports.charges import Charge, ChargeMethod, ChargeOutcome, ChargeStarted
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    AccountOutcome,
    AccountPending,
    BadWebhook,
    ChargeHeard,
    NothingHeard,
    PaymentEvent,
    PaymentHeard,
    PaymentState,
    PaymentTakenBack,
    PaymentUnknown,
    VirtualAccount,
)


@dataclass
class ScriptedPayments:
    """`payments`: what a query of a reference is answered with, of a charge too; `starts`: what
    starting the next charges is answered with (an exception is raised)."""

    name: str = "paystack"
    account_currencies: frozenset[str] = frozenset({"NGN"})
    methods: frozenset[ChargeMethod] = frozenset(ChargeMethod)
    charge_currencies: frozenset[str] = frozenset({"NGN"})
    banks: frozenset[str] = frozenset({"gtb", "uba", "sterling", "zenith"})
    payments: dict[str, PaymentState] = field(default_factory=dict)
    accounts: list[AccountOutcome] = field(default_factory=list)
    starts: list[ChargeOutcome | BaseException] = field(default_factory=list)
    started: list[Charge] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    looked_again: list[str] = field(default_factory=list)

    def authentic(self, headers: Mapping[str, str], body: bytes) -> bool:
        return headers.get("signed") == "yes"

    def parse(self, body: bytes) -> PaymentEvent:
        try:
            event = json.loads(body)
        except ValueError:
            raise BadWebhook from None
        match event:
            case {"paid": reference}:
                return PaymentHeard(reference)
            case {"charge": reference}:
                return ChargeHeard(reference)
            case {"charge_id": external_id}:
                return ChargeHeard("", external_id)
            case {"taken_back": reference}:
                return PaymentTakenBack(reference)
            case {"account": number, "owner": owner}:
                account = VirtualAccount(self.name, number, "Wema Bank", "NEXUSTOP")
                return AccountHeard(Msisdn(owner), account)
            case {"refused": owner}:
                return AccountNotOpened(Msisdn(owner))
        return NothingHeard("other")

    def open_account(self, owner: Msisdn) -> AccountOutcome:
        self.asked.append(owner)
        return self.accounts.pop(0) if self.accounts else AccountPending()

    def query(self, reference: str) -> PaymentState:
        self.asked.append(reference)
        return self.payments.get(reference, PaymentUnknown("timeout"))

    def start(self, charge: Charge) -> ChargeOutcome:
        self.started.append(charge)
        outcome = self.starts.pop(0) if self.starts else ChargeStarted(
            f"at-{charge.reference}", dial="*737*33*4*18791#", account="9812345678", bank="Wema",
            link="https://checkout.test/1",
        )  # fmt: skip
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def query_charge(self, charge: Charge) -> PaymentState:
        return self.query(charge.reference)

    def look_again(self, owner: Msisdn, account_number: str) -> bool:
        self.looked_again.append(account_number)
        return True
