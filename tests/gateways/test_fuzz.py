"""Whatever comes in at a gateway's door: a hop, an end or a refusal comes out, and nothing else.

Each dialect is fed its own golden requests with things done to them (cut, doubled, blown up, other
types, names twice, bytes that are no UTF-8) and plain rubbish. A new gateway needs nothing here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdDialect,
    UssdHop,
)
from app.web.ussd import UNREADABLE
from providers import registry
from providers.hop_fields import LONGEST_SESSION_ID, LONGEST_TEXT, MOST_INPUTS
from tests.gateways.golden import exchanges

SHORT_CODE = "*384*123#"
SCREEN = UssdAnswer('Amount?\n1. "50" & more <b>', close=False, label="buy.amount")
MARK = "Qzx7392"
"""Stands in everything that is made up: no refusal may repeat it."""
FUZZ = settings(max_examples=200, derandomize=True, deadline=None, database=None)

ODD_TEXTS = [
    "", "0", "1", "true", "NULL", " ", "*", "#", "*1" * 61, "**" * 80, "\0", "\n", "%", "&", "=",
    "\u0663", "\U0001f4f1", "\ud800", "9" * 5_000, "A" * 20_000, "*384*123*\ud800#", "*384*123**#",
    "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
]  # fmt: skip
ODD_VALUES: list[Any] = [
    *ODD_TEXTS, None, True, False, 0, 1, -1, 10**18, 10**400, 1.0, 1e300, float("inf"),
    float("nan"), [], {}, [MARK], {MARK: MARK}, [[[[[]]]]], {"a": {"a": {"a": None}}}, ["1", "1"],
    [MARK] * 2_000,
]  # fmt: skip
_TEXTS = (some.sampled_from(ODD_TEXTS) | some.text(max_size=20)).flatmap(
    lambda text: some.sampled_from([text, text + MARK, MARK + text])
)
_VALUES = _TEXTS | some.sampled_from(ODD_VALUES)
_CHUNKS = some.sampled_from(
    [b"", b"\xff\xfe", b"\x00", b"%FF", b"%00", b"&&", b"==", b"[" * 20_000, b'{"a":' * 3_000,
     b"9" * 5_000, b"A" * 20_000, b"&lt;!ENTITY", b'"', b"\\ud800", b"<", b"\r\n", b"1e999",
     MARK.encode()]
) | some.binary(max_size=40)  # fmt: skip


def _dialect(gateway: str) -> UssdDialect:
    return registry.USSD_GATEWAYS[gateway](SHORT_CODE)


@some.composite
def _spliced(draw: some.DrawFn, whole: bytes) -> bytes:
    """Something put in the place of a part."""
    start = draw(some.integers(0, len(whole)))
    end = draw(some.integers(start, len(whole)))
    part = draw(_CHUNKS | some.just(whole[start:end] * 2))
    return whole[:start] + part + whole[end:]


@some.composite
def _retyped(draw: some.DrawFn, body: bytes) -> bytes:
    """A JSON object with other values, fields left out or named twice; what isn't one, spliced."""
    try:
        fields = json.loads(body)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return draw(_spliced(body))
    pairs: list[tuple[str, Any]] = list(fields.items())
    for _ in range(draw(some.integers(1, 3))):
        at = draw(some.integers(0, len(pairs) - 1))
        name = pairs[at][0]
        pairs[at : at + 1] = draw(
            some.just([])
            | _VALUES.map(lambda value, name=name: [(name, value)])
            | _VALUES.map(lambda value, pair=pairs[at]: [pair, (pair[0], value)])
        )
        if not pairs:
            break
    said = ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs)
    return f"{{{said}}}".encode()


@some.composite
def _requests(draw: some.DrawFn, gateway: str) -> GatewayRequest:
    known = draw(some.sampled_from([each.request for each in exchanges(gateway)]))
    body, query, tail = known.body, known.query, known.tail
    if query:
        query = draw(
            some.just(query) | _spliced(query.encode()).map(lambda it: it.decode("latin-1"))
        )
    if body:
        body = draw(_retyped(body) | _spliced(body) | some.binary(max_size=60))
    if tail:
        tail = draw(some.just(tail) | _TEXTS | some.just(f"{tail}/{tail}"))
    method = draw(some.sampled_from(sorted(_dialect(gateway).methods)))
    return GatewayRequest(method, tail, query, known.content_type, body)


@pytest.mark.parametrize("gateway", registry.USSD_GATEWAYS)
def test_every_field_may_hold_anything(gateway: str) -> None:
    for known in (each.request for each in exchanges(gateway)):
        for body in _with_odd_fields(known.body):
            _answered(_dialect(gateway), replace(known, body=body))
        for query in _with_odd_parameters(known.query):
            _answered(_dialect(gateway), replace(known, query=query))


@pytest.mark.parametrize("gateway", registry.USSD_GATEWAYS)
def test_a_spoilt_request_is_a_hop_an_end_or_refused(gateway: str) -> None:
    @FUZZ
    @given(_requests(gateway))
    def holds(request: GatewayRequest) -> None:
        _answered(_dialect(gateway), request)

    holds()


@pytest.mark.parametrize("gateway", registry.USSD_GATEWAYS)
def test_rubbish_is_refused_or_read_as_what_it_is(gateway: str) -> None:
    forms = some.lists(some.tuples(_TEXTS, _TEXTS), max_size=4).map(
        lambda pairs: urlencode(pairs, errors="replace").encode()
    )
    objects = _VALUES.map(lambda value: json.dumps(value).encode())

    @FUZZ
    @given(_TEXTS, _CHUNKS | forms, _CHUNKS | forms | objects)
    def holds(tail: str, query: bytes, body: bytes) -> None:
        for method in _dialect(gateway).methods:
            request = GatewayRequest(method, tail, query.decode("latin-1"), "", body)
            _answered(_dialect(gateway), request)

    holds()


def _with_odd_fields(body: bytes) -> Iterator[bytes]:
    """A JSON object or a form, one field at a time holding something else."""
    try:
        fields = json.loads(body)
    except ValueError:
        yield from (
            query.encode("latin-1") for query in _with_odd_parameters(body.decode("latin-1"))
        )
        return
    if isinstance(fields, dict):
        for name in fields:
            yield from (json.dumps(fields | {name: odd}).encode() for odd in ODD_VALUES)


def _with_odd_parameters(query: str) -> Iterator[str]:
    pairs = [pair.partition("=") for pair in query.split("&")] if "=" in query else []
    for at, (name, _, _) in enumerate(pairs):
        for odd in ODD_TEXTS:
            spoilt = urlencode({name: odd}, errors="surrogatepass")
            yield "&".join(["".join(pair) for pair in pairs[:at]] + [spoilt]
                           + ["".join(pair) for pair in pairs[at + 1 :]])  # fmt: skip


def _answered(dialect: UssdDialect, request: GatewayRequest) -> None:
    _rendered(dialect.refuse(request, UNREADABLE))
    try:
        told = dialect.read(request)
    except Unreadable as error:
        _reason_holds(error)
        return
    assert told.channel == dialect.channel
    assert 0 < len(told.session) <= LONGEST_SESSION_ID
    assert told.session.isascii()
    assert told.session.isprintable()
    if isinstance(told, SessionEnd):
        assert _is_storable(told.status)
        _rendered(dialect.noted(told))
        return
    _hop_holds(told)
    _rendered(dialect.show(told, SCREEN))


def _reason_holds(error: Unreadable) -> None:
    assert re.fullmatch(r"(UTF-8|[A-Za-z' _-]){3,60}", str(error)), "a reason in words of ours"
    assert MARK[:3] not in str(error)
    assert error.__cause__ is None, "a traceback would show what came in"


def _hop_holds(hop: UssdHop) -> None:
    assert isinstance(hop, UssdHop)
    try:
        assert parse_msisdn(hop.msisdn) == hop.msisdn
    except NotAnMsisdn:
        pytest.fail("an MSISDN that is none")
    assert len(hop.inputs) <= MOST_INPUTS
    assert sum(map(len, hop.inputs)) <= LONGEST_TEXT
    assert all(map(_is_text, (*hop.inputs, hop.service_code, hop.network_code or "")))
    if hop.newest and not hop.newest.first:
        assert len(hop.inputs) == 1, "the newest input alone"
    if hop.newest and hop.newest.number is not None:
        assert hop.newest.number > 0


def _rendered(answer: GatewayAnswer) -> None:
    assert isinstance(answer.body, bytes)
    assert all(value.isascii() and "\n" not in value for _, value in answer.headers)
    assert answer.status < 500


def _is_text(value: str) -> bool:
    return value == value.encode("utf-8", "replace").decode()


def _is_storable(value: str) -> bool:
    return _is_text(value) and "\0" not in value and len(value) <= 40
