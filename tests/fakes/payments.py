"""A payment provider that says what it is told to and remembers what it was asked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.msisdn import Msisdn
from app.ports.payments import (
    AccountHeard,
    AccountNotOpened,
    AccountOutcome,
    AccountPending,
    BadWebhook,
    NothingHeard,
    PaymentEvent,
    PaymentHeard,
    PaymentState,
    PaymentUnknown,
    VirtualAccount,
)


@dataclass
class ScriptedPayments:
    """`payments`: what a query of a reference is answered with."""

    name: str = "paystack"
    account_currencies: frozenset[str] = frozenset({"NGN"})
    payments: dict[str, PaymentState] = field(default_factory=dict)
    accounts: list[AccountOutcome] = field(default_factory=list)
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

    def look_again(self, owner: Msisdn, account_number: str) -> bool:
        self.looked_again.append(account_number)
        return True
