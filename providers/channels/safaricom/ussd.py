"""Safaricom's own USSD gateway (Kenya): a query string with the whole history, CON or END back.

Facts from a transport that was in production on it (vumi, transports/safaricom, with its pull
requests 283 and 304): GET with ORIG (the MSISDN, no plus), DEST (the code that is routed here,
`384` of `*384*123#`), SESSION_ID, USSD_PARAMS (what was dialled behind DEST and then typed, joined
by "*": empty at first); a session's start may come twice; the answer begins with `CON ` or `END `.
No notice of a session's end is known. What is not certain is in the README beside this file.
"""

from dataclasses import dataclass
from typing import ClassVar

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdHop,
)
from providers.forms import parse_query
from providers.hop_fields import history, msisdn, network, session_id

NAME = "safaricom"
_PLAIN = (("Content-Type", "text/plain; charset=utf-8"),)


@dataclass(frozen=True, slots=True)
class SafaricomUssd:
    """The dialect. Only Safaricom's own SIMs come through here."""

    short_code: str
    channel: ClassVar[str] = NAME
    methods: ClassVar[frozenset[str]] = frozenset({"GET"})
    budget: ClassVar[int | None] = None

    def read(self, request: GatewayRequest) -> UssdHop:
        fields = parse_query(request.query)
        if "USSD_PARAMS" not in fields:
            raise Unreadable("no USSD_PARAMS")
        subscriber, code = msisdn(fields.get("ORIG", "")), fields.get("DEST", "")
        return UssdHop(
            NAME, session_id(fields.get("SESSION_ID", "")), subscriber, code[:40],
            network("SAFARICOM", subscriber),
            self._inputs(code.strip("*#"), fields["USSD_PARAMS"]),
        )  # fmt: skip

    def show(self, hop: UssdHop, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def noted(self, end: SessionEnd) -> GatewayAnswer:
        return GatewayAnswer(b"", _PLAIN)

    def refuse(self, request: GatewayRequest, answer: UssdAnswer) -> GatewayAnswer:
        return _said(answer)

    def _inputs(self, code: str, params: str) -> tuple[str, ...]:
        """What was typed: where DEST is only the start of the short code, the rest of it stands at
        the head of USSD_PARAMS."""
        stem = self.short_code.strip("*#")
        rest = stem[len(code) + 1 :] if stem.startswith(f"{code}*") else ""
        if params == rest:
            return ()
        if rest and params.startswith(f"{rest}*"):
            return history(params[len(rest) + 1 :]) or ("",)
        return history(params)


def _said(answer: UssdAnswer) -> GatewayAnswer:
    return GatewayAnswer((("END " if answer.close else "CON ") + answer.text).encode(), _PLAIN)
