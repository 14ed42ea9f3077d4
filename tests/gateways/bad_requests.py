"""Requests that are no hop, made from a good one of any gateway, whatever form it has."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import orjson

from providers.sandbox.phones import Call, Wire

PIN = "864297"
"""What the good hop typed last."""
Spoil = Callable[[Wire, Call], Wire]

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(9))
BODIES = {
    "no bytes": b"",
    "no text": b"\xff\xfe\x00",
    "an empty object": b"{}",
    "a list": b"[1]",
    "null": b"null",
    "no number": b'{"SessionId":NaN}',
    "a list in lists without end": b"[" * 8_000,
    "an empty element": b"<ussd/>",
    "another element": b"<html><msg>1</msg></html>",
    "an element in elements without end": b"<ussd>" * 2_500,
    "an encoding nobody knows": b'<?xml version="1.0" encoding="nonsense"?><ussd/>',
    "ampersands": b"&" * 1_000,
    "100 KB": b"1" * 100_000,
}
"""What comes instead of everything that a gateway sends."""
DECLARED = {
    "a document type": ("<!DOCTYPE ussd>", ""),
    "an entity": ('<!DOCTYPE ussd [<!ENTITY x "1">]>', "&x;"),
    "a billion laughs": (f"<!DOCTYPE ussd [{_LAUGHS}]>", "&l8;"),
    "a file's text": ('<!DOCTYPE ussd [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
    "a parameter entity": (
        '<!DOCTYPE ussd [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x">%x;]>',
        "",
    ),
}
"""What XML can declare before an element that is a good hop, and what stands in its input then."""


def spoilt() -> dict[str, Spoil]:
    """By name; each makes of a good hop one that must be refused."""
    return {
        "no session": lambda wire, call: swapped(wire, call.session, ""),
        "an endless session": lambda wire, call: swapped(wire, call.session, "x" * 500),
        "a session in another script": lambda wire, call: swapped(wire, call.session, "жжж"),
        "no MSISDN": lambda wire, call: _numbered(wire, call, ""),
        "an MSISDN that is none": lambda wire, call: _numbered(wire, call, "hello"),
        "an MSISDN of nowhere": lambda wire, call: _numbered(wire, call, "999999"),
        "an endless input": lambda wire, call: swapped(wire, PIN, PIN + "1" * 10_000),
        "100 KB of input": lambda wire, call: swapped(wire, PIN, PIN + "1" * 100_000),
        "bytes that are no text": lambda wire, call: _with(wire, b"\xff\xfe", "%FF%FE"),
        "a letter in Latin-1": lambda wire, call: _with(wire, b"\xe9", "\xe9"),
        "a field twice": lambda wire, call: twice(wire),
        **{
            name: lambda wire, call, body=body: replace(wire, query="", body=body)
            for name, body in BODIES.items()
        },
        **{
            name: lambda wire, call, head=head, use=use: replace(
                wire, query="", body=head.encode() + swapped(wire, PIN, PIN + use).body
            )
            for name, (head, use) in DECLARED.items()
        },
    }


def swapped(wire: Wire, old: str, new: str) -> Wire:
    """Every `old` replaced, percent-encoded where it has to be."""
    quoted = urlencode({"": new})[1:]
    body = wire.body.replace(old.encode(), (quoted if _is_form(wire) else new).encode())
    return replace(
        wire, tail=wire.tail.replace(old, quoted), query=wire.query.replace(old, quoted), body=body
    )


def fields(wire: Wire) -> list[str]:
    """The names of a hop's fields."""
    if wire.body.startswith(b"{"):
        return list(orjson.loads(wire.body))
    if wire.body.startswith(b"<"):
        return [part.partition(">")[0] for part in wire.body.decode().split("</")[1:-1]]
    return [name for name, _ in _pairs(wire)]


def without(wire: Wire, name: str) -> Wire:
    """The hop without one of its fields."""
    if wire.body.startswith(b"{"):
        left = {key: value for key, value in orjson.loads(wire.body).items() if key != name}
        return replace(wire, body=orjson.dumps(left))
    if wire.body.startswith(b"<"):
        before, _, rest = wire.body.decode().partition(f"<{name}>")
        return replace(wire, body=(before + rest.partition(f"</{name}>")[2]).encode())
    return _of_pairs(wire, urlencode([pair for pair in _pairs(wire) if pair[0] != name]))


def twice(wire: Wire) -> Wire:
    """The hop with its first field at its end again, with another value."""
    name = fields(wire)[0]
    if wire.body.startswith(b"{"):
        return replace(wire, body=wire.body[:-1] + f',"{name}":"other"}}'.encode())
    if wire.body.startswith(b"<"):
        head, close, root = wire.body.decode().rpartition("</")
        return replace(wire, body=f"{head}<{name}>other</{name}>{close}{root}".encode())
    return _of_pairs(wire, urlencode([*_pairs(wire), (name, "other")]))


def _numbered(wire: Wire, call: Call, number: str) -> Wire:
    return swapped(
        swapped(wire, call.msisdn.replace("+", "%2B"), number), call.msisdn.strip("+"), number
    )


def _with(wire: Wire, in_body: bytes, in_query: str) -> Wire:
    """The hop with this behind what was typed."""
    typed = PIN.encode()
    return replace(
        wire, query=wire.query.replace(PIN, PIN + in_query),
        body=wire.body.replace(typed, typed + in_body),
    )  # fmt: skip


def _is_form(wire: Wire) -> bool:
    return bool(wire.body) and wire.body[:1] not in {b"{", b"<"}


def _pairs(wire: Wire) -> list[tuple[str, str]]:
    return parse_qsl(wire.body.decode() or wire.query, keep_blank_values=True)


def _of_pairs(wire: Wire, text: str) -> Wire:
    return replace(wire, body=text.encode()) if wire.body else replace(wire, query=text)
