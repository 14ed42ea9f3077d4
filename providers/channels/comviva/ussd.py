"""Comviva Flares, HTTP pull, as Airtel runs it: a query string with the newest input, text back.

Facts from a transport that was in production on Flares 1.5.0 at Airtel Kenya (vumi,
transports/airtel, with its pull requests 550 and 559, where wire and vendor's document differ): GET
with SessionID, MSISDN (no plus), MSC, input; on the first hop `input` is the dialled code without
its signs, later the newest input alone. The answer is text; the header Freeflow says FC (go on) or
FB (over), charge and amount what the hop costs the subscriber. A session that ends otherwise is
told by a GET with `clean`, `error`, SessionID and `msisdn`, among parameters without a name. What
is not certain is in the README beside this file.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    Newest,
    SessionEnd,
    UssdAnswer,
    UssdHop,
)
from providers.forms import parse_query
from providers.hop_fields import dialled, msisdn, session_id, typed

NAME = "comviva"
_PLAIN = ("Content-Type", "text/plain; charset=utf-8")
_GO_ON = (_PLAIN, ("Freeflow", "FC"), ("charge", "N"), ("amount", "0"))
_OVER = (_PLAIN, ("Freeflow", "FB"), ("charge", "N"), ("amount", "0"))


@dataclass(frozen=True, slots=True)
class ComvivaUssd:
    """The dialect. Nothing says that a session begins but the dialled code in `input`."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"GET"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop | SessionEnd:
        fields = parse_query(request.query)
        session = session_id(fields.get("SessionID", ""))
        if "clean" in fields:
            words = f"{fields['clean']} {fields.get('error') or fields.get('status') or ''}"
            return SessionEnd(NAME, session, words.strip()[:20])
        inputs, newest = self._newest(typed(fields.get("input")))
        subscriber = msisdn(fields.get("MSISDN", ""))
        return UssdHop(NAME, session, subscriber, self.short_code, None, inputs, newest)

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return GatewayAnswer(b"", (_PLAIN,))

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def _newest(self, given: tuple[str, ...]) -> tuple[tuple[str, ...], Newest]:
        """What was dialled behind the short code, or typed. A code of one number alone, `384`,
        can be either; nobody types one with a "*" in it."""
        stem, whole = self.short_code.strip("*#"), given[0].strip("*#")
        if whole != stem and not whole.startswith(f"{stem}*"):
            return given, Newest(first=False)
        alone = None if "*" in whole else given[0]
        return dialled(whole, stem), Newest(first=True, typed=alone)


def _said(answer: UssdAnswer) -> GatewayAnswer:
    return GatewayAnswer(answer.text.encode(), _OVER if answer.close else _GO_ON)
