"""Subscribers with second factors, and what they type."""

from itertools import count
from typing import Any

import pyotp

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AddCodeApp,
    AskSecondFactor,
    BuyAirtime,
    CodeAppKey,
    ConfirmCodeApp,
    Done,
    FactorsWanted,
    Origin,
    Proved,
    ProveSecondFactor,
    Request,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.secret import Secret
from app.services.code_list import make_list
from app.services.perform import perform
from tests.factories.world import PIN, World, naira

_sessions = count(1)
RICH = naira(100_000)


class Factors:
    """Lists and apps of a world's subscribers, who may buy for more than NGN 20,000 there."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.s1 = f"session-of-one-{next(_sessions)}"
        self.lists: dict[str, list[Secret]] = {}
        self.apps: dict[str, str] = {}

    def ask(self, origin: Origin, request: Request) -> Any:
        return perform(self.world.context, origin, request)

    # --- having them -------------------------------------------------------------------------

    def with_list(self, amount: Money = RICH) -> Msisdn:
        msisdn = self.world.subscriber(amount)
        self.lists[msisdn] = make_list(self.world.context, msisdn, "test", "asked")
        return msisdn

    def with_app(self, amount: Money = RICH) -> Msisdn:
        msisdn = self.world.subscriber(amount)
        key = self.ask(self.world.origin(msisdn), AddCodeApp(Secret(PIN)))
        assert isinstance(key, CodeAppKey), key
        self.apps[msisdn] = key.key.value
        confirm = ConfirmCodeApp(self.app_code(msisdn))
        assert self.ask(self.world.origin(msisdn), confirm) == Done()
        self.world.clock.advance(seconds=60)
        return msisdn

    # --- typing them -------------------------------------------------------------------------

    def app_code(self, msisdn: Msisdn, steps: int = 0) -> Secret:
        """What the app shows now, or so many time steps from now."""
        now = int(self.world.clock.now().timestamp())
        return Secret(pyotp.TOTP(self.apps[msisdn]).at(now + 30 * steps))

    def wanted(self, origin: Origin, subject: Subject) -> FactorsWanted:
        reply = self.ask(origin, AskSecondFactor(subject))
        assert isinstance(reply, FactorsWanted), reply
        return reply

    def list_code(self, origin: Origin, subject: Subject) -> Secret:
        """The code that is asked for."""
        return self.lists[origin.msisdn][self.wanted(origin, subject).position - 1]

    def prove(
        self, origin: Origin, code: Secret, subject: Subject, kind: FactorKind = FactorKind.LIST
    ) -> Any:
        return self.ask(origin, ProveSecondFactor(kind, code, subject))

    def proven(self, msisdn: Msisdn, subject: Subject, session: str) -> None:
        """Step 1 of the session proves it."""
        origin = self.world.origin(msisdn, 1, session)
        assert self.prove(origin, self.list_code(origin, subject), subject) == Proved()

    # --- acting ------------------------------------------------------------------------------

    def buy(
        self, msisdn: Msisdn, amount: Money, session: str = "", step: int = 2, to: str = "",
        pin: str = PIN,
    ) -> Any:  # fmt: skip
        origin = self.world.origin(msisdn, step, session)
        request = BuyAirtime(Msisdn(to or msisdn), "mtn-ng", amount, Secret(pin))
        return self.ask(origin, request)


def airtime(msisdn: str, amount: Money) -> Subject:
    return Subject(Act.AIRTIME, amount, msisdn)


def wrong(code: Secret) -> Secret:
    return Secret(f"{(int(code.value) + 1) % 1_000_000:06d}")
