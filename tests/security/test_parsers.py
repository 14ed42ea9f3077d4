"""Everything that reads what others send, fed what they never should: it reads or refuses by its
own error, and nothing else comes out.

What is fed is made of each parser's own words, taken from its source, so that rubbish gets past the
first look. The registry says what there is to read: a new gateway or vendor needs nothing here. Few
examples in the suite; `make fuzz EXAMPLES=20000` takes more.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from app.domain.addresses import Addresses, parse_address
from app.domain.api_callers import SubscriberCaller
from app.domain.documents import Document
from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import MINOR_DIGITS, Money, parse_amount
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.secret import Secret
from app.ports.channels import GatewayRequest, Unreadable
from app.ports.charges import Charge
from app.ports.payments import BadWebhook
from app.ports.statements import StatementUnavailable
from app.security.api_tokens import ACCESS, ApiTokens, TokenRefused
from app.security.field_encryption import FieldCipher
from app.web.api import bodies, cursors
from app.web.api.problems import Problem
from app.web.proxies import client_of
from providers import access_tokens, forms, json_bodies, registry, xml_bodies
from providers.access_tokens import NoTokenError
from providers.channels.africastalking import sms as africastalking_sms
from providers.channels.smpp import pdu, receipts
from providers.http_client import OutboundRequest, OutboundResponse
from tests.api.client import KEYS
from tests.fakes.clock import FixedClock
from tests.providers.vending import VENDORS
from tests.providers.vending.contract import TOKEN
from tests.security.rubbish import CHUNKS, EVENTS, ODD, octets_of, spoilt, words_of

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "12"))
FUZZ = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""No health checks: they go by the clock."""
pytestmark = pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
ME = Msisdn("+2348030000001")

Parse = Callable[[bytes], object]


class Never(Exception):
    """What a parser refuses with that refuses nothing."""


@dataclass(frozen=True)
class Parser:
    """`read` may raise `refuses` alone; `words` are those it knows, `sample` is a JSON it takes."""

    read: Parse
    refuses: type[Exception] = Never
    words: tuple[str, ...] = ()
    sample: Any = None


@dataclass
class Says:
    """In an HTTP client's place: everything but a request for a token is answered with the same."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, request: OutboundRequest, send_by: datetime | None = None) -> OutboundResponse:
        del send_by
        if "token" in request.url or "oauth" in request.url:
            return TOKEN
        return OutboundResponse(self.status, self.headers, self.body)


def _of_gateways() -> Iterator[tuple[str, Parser]]:
    for gateway, dialect in registry.SMS_DIALECTS.items():
        for name, parse in vars(dialect).items():
            if not name.startswith("parse_") or parse.__module__ != dialect.__name__:
                continue
            for method in dialect.METHODS or ("POST",):
                yield (
                    f"{gateway} {name} {method}",
                    Parser(_by_gateway(parse, method), Unreadable, words_of(dialect)),
                )


def _by_gateway(parse: Callable[[GatewayRequest], object], method: str) -> Parse:
    def read(body: bytes) -> None:
        for kind in ("application/json", "application/x-www-form-urlencoded", ""):
            with suppress(Unreadable):
                parse(GatewayRequest(method, "", "", kind, body))
            with suppress(Unreadable):
                parse(GatewayRequest(method, "", body.decode("latin-1"), kind, b""))

    return read


def _of_callbacks() -> Iterator[tuple[str, Parser]]:
    for vendor, module in (*registry.CALLBACKS.items(), *registry.SIM_SWAP_CALLBACKS.items()):
        for name in (one for one in vars(module) if one.startswith("parse")):
            parse = getattr(module, name)
            if parse.__module__ == module.__name__:
                yield (
                    f"{vendor} {name} of {module.__name__.split('.')[1]}",
                    Parser(
                        _by_vendor(parse, module.BadCallback), module.BadCallback, words_of(module)
                    ),
                )


def _by_vendor(parse: Callable[[str, bytes], object], refuses: type[Exception]) -> Parse:
    def read(body: bytes) -> None:
        for kind in ("application/json", "application/x-www-form-urlencoded", ""):
            with suppress(refuses):
                parse(kind, body)

    return read


def _payment(name: str, says: Says) -> Any:
    made, clock, http = registry.PAYMENTS[name], FixedClock(), says
    hook = "https://shop.example/hook"
    settings_of: dict[str, tuple[Any, ...]] = {
        "paystack": (registry.PaystackSettings("http://x", "s", "wema", "c.test"), http, clock),
        "flutterwave": (registry.FlutterwaveSettings("http://x", "s", "h", "", "c.test"), http),
        "mpesa": (registry.MpesaSettings("http://x", "k", "s", "174379", "p", hook), http, clock),
        "momo": (
            registry.MomoSettings("http://x", "u", "k", "s", "sandbox", frozenset({"GHS"}), hook),
            http, clock,
        ),
    }  # fmt: skip
    return made(*settings_of[name])


def _of_payments() -> Iterator[tuple[str, Parser]]:
    for name in registry.PAYMENTS:
        says = Says()
        made = _payment(name, says)
        words = words_of(sys.modules[type(made).__module__])
        yield f"{name} webhook", Parser(made.parse, BadWebhook, words, EVENTS[name])
        yield f"{name} signature", Parser(_signature(made.authentic), Never, words)
        charge = Charge("7K3F9Q", ME, min(made.methods), made_amount(made), "gtb", "1")
        for what, ask in (
            ("start", lambda made=made, charge=charge: made.start(charge)),
            ("question", lambda made=made, charge=charge: made.query_charge(charge)),
            ("answer", lambda made=made: getattr(made, "query", lambda _: "none")("1")),
        ):
            yield f"{name} {what}", Parser(_answered(says, ask), Never, words)


def made_amount(provider: Any) -> Money:
    return Money(100_00, min(provider.charge_currencies))


def _signature(authentic: Callable[[Mapping[str, str], bytes], bool]) -> Parse:
    def read(body: bytes) -> None:
        told = body.decode("latin-1")
        for name in ("X-Paystack-Signature", "verif-hash", "Verif-Hash", "flutterwave-signature"):
            assert authentic({name: told}, b"{}") in {True, False}

    return read


def _answered(says: Says, ask: Callable[[], object]) -> Parse:
    def read(body: bytes) -> None:
        says.body = body
        for says.status in (200, 201, 400, 401, 404, 429, 500, 204):
            says.headers = {"Retry-After": body[:40].decode("latin-1")}
            assert ask() is not None

    return read


def _of_vendors() -> Iterator[tuple[str, Parser]]:
    for name, vendor in VENDORS.items():
        says = Says()
        made = vendor.at("http://vendor.test", says)  # type: ignore[arg-type]
        request = (vendor.data or vendor.airtime).request("202603021200ABCDEF", NOW)
        words = words_of(sys.modules[type(made).__module__])
        for what, ask in (
            ("sale", lambda made=made, request=request: made.vend(request)),
            ("question", lambda made=made: made.query("202603021200ABCDEF", "1")),
            ("probe", lambda made=made: made.probe()),
        ):
            yield f"{name} {what}", Parser(_answered(says, ask), Never, words)


def _of_answers() -> Iterator[tuple[str, Parser]]:
    """Answers to what isn't a sale."""
    words = words_of(africastalking_sms)
    yield "africastalking SMS answer", Parser(africastalking_sms._of_recipient, Never, words)

    def token(body: bytes) -> None:
        with suppress(NoTokenError):
            access_tokens._read(OutboundResponse(200, {}, body))

    yield "access token", Parser(token, Never, ("access_token", "expires_in"),
                                 {"access_token": "t", "expires_in": 10**400})  # fmt: skip


def _of_identity() -> Iterator[tuple[str, Parser]]:
    says = Says()
    made = registry.IDENTITY(registry.AggregatorSettings("http://x", "key"), says)  # type: ignore[arg-type]
    ask = lambda: made.check(Document.BVN, Secret("22123456789"), ME, "1")  # noqa: E731
    yield "identity", Parser(_answered(says, ask), Never, words_of(sys.modules[made.__module__]))


def _pdus(octets: bytes) -> None:
    frames = pdu.Frames()
    with suppress(pdu.BadLength):
        frames.feed(octets)
    with suppress(pdu.BadLength):
        frames.feed((len(octets) + 16).to_bytes(4, "big") + b"\0\0\0\5" + b"\0" * 8 + octets)


def _receipt(text: bytes) -> None:
    source = pdu.Address(1, 1, "2348030000001")
    for tag in (0x001E, 0x0427, 0x0424):
        tlvs = ((tag, text[:200]),)
        for ids in ("same", "hex", "decimal"):
            with suppress(pdu.BadBody):
                message = pdu.ShortMessage(source, source, text, esm_class=4, tlvs=tlvs)
                receipts.read(message, ids)  # type: ignore[arg-type]


def _of_smpp() -> Iterator[tuple[str, Parser]]:
    words = words_of(pdu)
    yield "SMPP frames", Parser(_pdus, Never, words)
    yield "SMPP message", Parser(pdu.decode_message, pdu.BadBody, words)
    yield "SMPP message id", Parser(pdu.decode_message_id, pdu.BadBody, words)
    yield "SMPP receipt", Parser(_receipt, Never, words)


def _of_bodies() -> Iterator[tuple[str, Parser]]:
    yield "JSON of gateways", Parser(json_bodies.parse_json, Unreadable)
    yield "XML of gateways", Parser(lambda body: xml_bodies.parse_xml(body, "ussd"), Unreadable)
    yield "forms", Parser(forms.parse_form, Unreadable)
    yield "queries", Parser(lambda body: forms.parse_query(body.decode("latin-1")), Unreadable)
    app = Flask("parsers")

    def json_body(body: bytes) -> None:
        with app.test_request_context(
            "/", method="POST", data=body, content_type="application/json"
        ):
            bodies.json_body()

    yield "JSON of the API", Parser(json_body, Problem, ("msisdn", "pin", "amount_minor"))


def _text(read: Callable[[str], object]) -> Parse:
    """Read as the text that HTTP makes of octets, and as UTF-8."""
    return lambda octets: [read(octets.decode(form, "replace")) for form in ("latin-1", "utf-8")]


def _amounts(text: str) -> None:
    for currency in MINOR_DIGITS:
        with suppress(BadAmount):
            assert parse_amount(text, currency) > Money(0, currency)


def _address(text: str) -> None:
    parse_address(text)
    proxies = Addresses(("10.0.0.0/8",))
    assert client_of("192.0.2.1", text, proxies) == "192.0.2.1"
    client_of("10.0.0.1", text, proxies)


def _msisdn(text: str) -> None:
    for country in ("NG", "KE", "GH", "ZZ", ""):
        with suppress(NotAnMsisdn):
            assert parse_msisdn(parse_msisdn(text, country)).startswith("+")


def _of_words() -> Iterator[tuple[str, Parser]]:
    tokens = ApiTokens(KEYS)
    yield "MSISDN", Parser(_text(_msisdn), Never, ("+234", "0803", "234803", "(", "tel:", ";ext="))
    yield "money", Parser(_text(_amounts), Never, ("NGN", "N", "1,000", ".", "99.50", "/=", "Ksh"))
    yield (
        "X-Forwarded-For",
        Parser(
            _text(_address), Never, ("10.0.0.1", "::1", "[::1]:443", ",", "%eth0", "::ffff:1.2.3.4")
        ),
    )
    yield "tokens", Parser(
        _text(lambda text: tokens.read(ACCESS, Secret(text), NOW)), TokenRefused,
        ("eyJhbGciOiJub25lIn0", "eyJhbGciOiJIUzI1NiIsImtpZCI6ImExIn0", ".", "e30", "W10", "bnVsbA"),
    )  # fmt: skip


def _of_cursors() -> Iterator[tuple[str, Parser]]:
    ctx: Any = SimpleNamespace(fields=FieldCipher("f1:field-key-of-tests"))
    who = SubscriberCaller(1, ME, "s", "NG", "NGN")
    yield (
        "cursors",
        Parser(
            _text(lambda text: cursors.opened(ctx, who, "purchases", text)),
            Problem,
            ("v1|", ":", "="),
        ),
    )


PARSERS: dict[str, Parser] = dict(
    [*_of_gateways(), *_of_callbacks(), *_of_payments(), *_of_vendors(), *_of_identity(),
     *_of_answers(), *_of_smpp(), *_of_bodies(), *_of_words(), *_of_cursors()]
)  # fmt: skip


def test_the_samples_are_read() -> None:
    for name, parser in PARSERS.items():
        if parser.sample is not None and "webhook" in name:
            assert parser.read(json.dumps(parser.sample).encode()), name


@pytest.mark.parametrize("name", PARSERS)
def test_it_reads_or_refuses_by_its_own_error(name: str) -> None:
    parser = PARSERS[name]

    fed = octets_of(parser.words)
    if parser.sample is not None:
        fed |= spoilt(parser.sample).map(lambda made: json.dumps(made).encode())

    @FUZZ
    @given(fed)
    def holds(octets: bytes) -> None:
        with suppress(parser.refuses):
            parser.read(octets)

    for chunk in CHUNKS:
        with suppress(parser.refuses):
            parser.read(chunk)
    holds()


@pytest.mark.parametrize("name", registry.EXPORTS)
def test_a_statement_is_read_or_refused(name: str, tmp_path: Path) -> None:
    from providers.statements.layouts import LAYOUTS

    words = tuple(
        sorted({str(one) for one in vars_of(LAYOUTS[name]) if isinstance(one, str)} | {"NGN"})
    )
    cell = some.sampled_from(words) | some.sampled_from(
        [one for one in ODD if isinstance(one, str) and one != "\ud800"]
    )
    rows = some.lists(some.lists(cell, max_size=8).map(",".join), max_size=5).map("\n".join)
    header = ",".join(words)
    numbers = count()

    @FUZZ
    @given(rows.map(str.encode) | rows.map(lambda text: f"{header}\n{text}".encode())
           | octets_of(words))  # fmt: skip
    def holds(octets: bytes) -> None:
        file = tmp_path / f"{next(numbers)}.csv"
        file.write_bytes(octets)
        with suppress(StatementUnavailable):
            list(registry.EXPORTS[name](file).statement(date(2026, 3, 2)))
        file.unlink()

    holds()


def vars_of(layout: Any) -> Iterator[object]:
    for name in layout.__dataclass_fields__:
        value = getattr(layout, name)
        yield from value if isinstance(value, tuple | list | frozenset | dict) else [value]


def test_everything_that_is_registered_is_fed() -> None:
    names = " ".join(PARSERS)
    for group in (registry.SMS_DIALECTS, registry.CALLBACKS, registry.PAYMENTS, registry.VENDING,
                  registry.SIM_SWAP_CALLBACKS):  # fmt: skip
        assert all(name in names for name in group)
