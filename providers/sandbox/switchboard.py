"""The switchboard: keys pressed on a handset reach the program as each gateway sends them.

`POST /control/ussd` sends one hop and gives back what the handset shows, with the request and the
answer word for word; `POST /control/ussd/end` tells that a session is over. An answer that ends a
session by itself is followed by the gateway's notice of that, where it gives one. It remembers
nothing: whoever holds the handset says with each hop what was typed since dialling. Only a program
on this machine is called.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, request

from providers.sandbox.callbacks import Heard
from providers.sandbox.floor import Floor
from providers.sandbox.phones import PHONES, Call, NotShown, Phone, ToldAllEnds, Wire

PATIENCE_SECONDS = 10.0
"""How long a gateway waits for an answer: Africa's Talking's own figure."""
LONGEST_DELAY_MS = 60_000
_NOT_UNDERSTOOD = "not_understood"
_MOST_INPUTS = 60
_LONGEST_FIELD = 182


class NotPutThrough(Exception):
    """No gateway would send this; the text says why."""


@dataclass(frozen=True, slots=True)
class _Handset:
    """A handset in a session, and what was typed on it since dialling."""

    gateway: str
    phone: Phone
    call: Call
    typed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Exchange:
    """One request of a gateway and what came back; `heard` is None when nothing did."""

    wire: Wire
    target: str
    heard: Heard | None
    milliseconds: int


def _usual(handset: _Handset) -> list[Wire]:
    return [handset.phone.hop(handset.call, handset.typed)]


def _repeated(handset: _Handset) -> list[Wire]:
    return _usual(handset) * 2


def _out_of_order(handset: _Handset) -> list[Wire]:
    if not handset.typed:
        raise NotPutThrough("there is no hop before the first")
    return [*_usual(handset), handset.phone.hop(handset.call, handset.typed[:-1])]


_SENT: dict[str, Callable[[_Handset], list[Wire]]] = {
    "": _usual, "lost_answer": _usual, "repeated": _repeated, "out_of_order": _out_of_order,
}  # fmt: skip
"""By fault: what the gateway sends. The handset shows the answer to the last of it."""


def _gateways(floor: Floor) -> Response:
    """Names of the gateways in use."""
    return jsonify(floor.settings.ussd_gateways)


def _hop(floor: Floor) -> tuple[Response, int]:
    body = _asked()
    try:
        handset = _handset(floor, body)
        fault, delay_ms = body.get("fault") or "", body.get("delay_ms", 0)
        if fault not in _SENT:
            raise NotPutThrough(f"fault is one of {', '.join(filter(None, _SENT))}")
        if not isinstance(delay_ms, int) or not 0 <= delay_ms <= LONGEST_DELAY_MS:
            raise NotPutThrough(f"delay_ms is 0 to {LONGEST_DELAY_MS}")
        wires = _SENT[fault](handset)
    except NotPutThrough as why:
        return jsonify(error=str(why)), 422
    floor.later.pause(delay_ms / 1000)
    *_, last = [_exchange(floor, handset.gateway, wire) for wire in wires]
    shown = _nothing(fault) if fault == "lost_answer" else _shown(handset.phone, last.heard)
    if shown["close"] or shown["problem"] == _NOT_UNDERSTOOD:
        notice = _ended_by_answer(handset, understood=shown["problem"] is None)
        if notice is not None:
            floor.later.after(0, partial(_exchange, floor, handset.gateway, notice))
    return jsonify(shown | _word_for_word(last)), 200


def _end(floor: Floor) -> tuple[Response, int]:
    body = _asked()
    try:
        handset = _handset(floor, body)
        hung_up = body.get("hung_up", True)
        if not isinstance(hung_up, bool):
            raise NotPutThrough("hung_up is true or false")
    except NotPutThrough as why:
        return jsonify(error=str(why)), 422
    wire = handset.phone.ended(handset.call, handset.typed, hung_up=hung_up)
    if wire is None:
        return jsonify(request=None, answer=None), 200
    return jsonify(_word_for_word(_exchange(floor, handset.gateway, wire))), 200


def _ended_by_answer(handset: _Handset, *, understood: bool) -> Wire | None:
    """The notice that the program's own answer ended the session; None where none comes."""
    phone, call, typed = handset.phone, handset.call, handset.typed
    if isinstance(phone, ToldAllEnds):
        return phone.concluded(call, typed, understood=understood)
    return None if understood else phone.ended(call, typed, hung_up=False)


def _asked() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _handset(floor: Floor, body: dict[str, Any]) -> _Handset:
    """The handset a body tells of. Raises NotPutThrough."""
    if not _is_here(floor.settings.callback_base):
        raise NotPutThrough("the program isn't on this machine")
    gateway = body.get("gateway")
    if gateway not in floor.settings.ussd_gateways or gateway not in PHONES:
        raise NotPutThrough(f"gateway is one of {', '.join(floor.settings.ussd_gateways)}")
    session, msisdn, dialled, network = (
        _text(body, name) for name in ("session", "msisdn", "dialled", "network")
    )
    if not session.isascii() or not session.isprintable() or not session:
        raise NotPutThrough("session is wanted, in printable ASCII")
    typed = body.get("typed")
    if not isinstance(typed, list) or len(typed) > _MOST_INPUTS or not all(map(_is_text, typed)):
        raise NotPutThrough(f"typed is a list of at most {_MOST_INPUTS} short texts")
    call = Call(session, msisdn, dialled, floor.settings.short_code, network)
    return _Handset(gateway, PHONES[gateway], call, tuple(typed))


def _text(body: dict[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not _is_text(value):
        raise NotPutThrough(f"{name} is a short text")
    return str(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_FIELD


def _is_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _exchange(floor: Floor, gateway: str, wire: Wire) -> _Exchange:
    target = f"/ussd/{gateway}{wire.tail}" + (f"?{wire.query}" if wire.query else "")
    began = time.monotonic()
    heard = floor.callbacks.exchange(
        wire.method, target, wire.body, wire.headers, within=PATIENCE_SECONDS
    )
    return _Exchange(wire, target, heard, round((time.monotonic() - began) * 1000))


def _shown(phone: Phone, heard: Heard | None) -> dict[str, Any]:
    if heard is None:
        return _nothing("no_answer")
    try:
        screen = phone.read(heard.status, heard.headers, heard.body)
    except NotShown:
        return _nothing(_NOT_UNDERSTOOD)
    return {"text": screen.text, "close": screen.close, "problem": None}


def _nothing(problem: str) -> dict[str, Any]:
    return {"text": None, "close": None, "problem": problem}


def _word_for_word(exchange: _Exchange) -> dict[str, Any]:
    wire, heard = exchange.wire, exchange.heard
    return {
        "request": {
            "method": wire.method, "path": exchange.target, "headers": dict(wire.headers),
            "body": wire.body.decode(errors="replace"),
        },
        "answer": heard and {
            "status": heard.status, "headers": heard.headers,
            "body": heard.body.decode(errors="replace"),
        },
        "milliseconds": exchange.milliseconds,
    }  # fmt: skip


PATHS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/gateways", _gateways),
    ("POST", "/ussd", _hop),
    ("POST", "/ussd/end", _end),
)
