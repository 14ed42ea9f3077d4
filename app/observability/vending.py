"""Vendors' answers counted and logged, around any provider."""

import time
from datetime import datetime

from app.domain.money import Money
from app.domain.msisdn import masked
from app.domain.outcomes import Misconfigured, NotSent, ProviderTraits, QueryOutcome, Unknown
from app.observability.logging import logger
from app.observability.metrics import SMS, SMS_AGAIN, VENDS
from app.ports.vending import VendingProvider, VendOutcome, VendRequest

_log = logger("vending")


class Watched:
    """A VendingProvider that counts and logs what the one inside answers."""

    def __init__(self, inside: VendingProvider) -> None:
        self._inside = inside

    @property
    def traits(self) -> ProviderTraits:
        return self._inside.traits

    def new_reference(self, seed: str, at: datetime) -> str:
        return self._inside.new_reference(seed, at)

    def vend(self, request: VendRequest) -> VendOutcome:
        began = time.perf_counter()
        outcome = self._inside.vend(request)
        self._say("vend", request.reference, outcome, began, msisdn=masked(request.recipient))
        return outcome

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        began = time.perf_counter()
        outcome = self._inside.query(reference, external_id)
        self._say("query", reference, outcome, began)
        return outcome

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        began = time.perf_counter()
        answer = self._inside.probe()
        self._say("probe", "", answer, began)
        return answer

    def _say(self, act: str, reference: str, outcome: object, began: float, **more: str) -> None:
        name, kind = self._inside.traits.name, type(outcome).__name__
        VENDS.labels(name, f"{act}:{kind}").inc()
        _log.info(
            act, provider=name, reference=reference, outcome=kind,
            code=getattr(outcome, "code", ""), ms=round((time.perf_counter() - began) * 1000, 1),
            **more,
        )  # fmt: skip


def count_sms(gateway: str, outcome: str) -> None:
    """Count an outcome of handing an SMS over; `sent_again` counts apart."""
    if outcome == "sent_again":
        SMS_AGAIN.inc()
    else:
        SMS.labels(gateway, outcome).inc()
