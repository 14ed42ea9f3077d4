"""Hops of every USSD dialect against the bare route."""

import itertools
import statistics
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

from providers import registry
from providers.sandbox.phones import PHONES, Call, Phone, Wire
from tests.bench.hops import CONNECTIONS, bare_request
from tests.bench.load import Request, closed
from tests.bench.results import ROUNDS, Row
from tests.bench.servers import Ground

ENVIRONMENT = {"USSD_GATEWAYS": ",".join(registry.USSD_GATEWAYS)}
SECONDS = 1.0
_CODE, _MSISDN, _NETWORK = "*384*123#", "+2348030000001", "62130"
_ACCOUNT, _LANGUAGES, _BACK = "6", "2", "0"
_INPUTS_PER_SESSION = 11
_FASTEST = 6_000
"""Hops in a second that no dialect reaches here: so many sessions are opened beforehand."""


class Walks:
    """Sessions of one gateway, opened before the clock runs, then walked between "My account"
    and its list of languages: no screen on the way reads the database. (The main menu does, and
    behind a gateway that doesn't say whose SIM it is so does the first screen of a purchase.)"""

    def __init__(self, gateway: str, port: int, mark: str) -> None:
        self.port = port
        self._gateway, self._mark = gateway, mark
        self._phone: Phone = PHONES[gateway]
        self._ready: Iterator[Call] = iter(())
        self._walks: dict[int, tuple[Call, tuple[str, ...]]] = {}

    def open(self, count: int) -> None:
        calls = [
            Call(f"{self._mark}{one}", _MSISDN, _CODE, _CODE, _NETWORK) for one in range(count)
        ]
        hops = iter([self._bytes(self._phone.hop(call, ())) for call in calls])
        result = closed(self.port, lambda _: next(hops), CONNECTIONS, requests=count)
        if result.bad:
            raise RuntimeError(f"{result.bad} sessions did not open")
        self._ready = iter(calls)

    def hop(self, line: int) -> bytes:
        """The next hop in mid-session."""
        call, typed = self._walks.get(line, (None, ()))
        if call is None or len(typed) >= _INPUTS_PER_SESSION:
            call, typed = next(self._ready), (_ACCOUNT,)
        else:
            typed += (_BACK if typed[-1] == _LANGUAGES else _LANGUAGES,)
        self._walks[line] = (call, typed)
        return self._bytes(self._phone.hop(call, typed))

    def check(self) -> None:
        """Every walk still stands where its gateway can read it. Raises RuntimeError."""
        for call, typed in self._walks.values():
            wire = self._phone.hop(call, typed)
            line = HTTPConnection("127.0.0.1", self.port)
            line.request(wire.method, self._target(wire), wire.body, dict(wire.headers))
            answer = line.getresponse()
            heads = {name.lower(): value for name, value in answer.getheaders()}
            if self._phone.read(answer.status, heads, answer.read()).close:
                raise RuntimeError(f"{self._gateway}: a session ended on its way")
            line.close()

    def _target(self, wire: Wire) -> str:
        return f"/ussd/{self._gateway}{wire.tail}" + (f"?{wire.query}" if wire.query else "")

    def _bytes(self, wire: Wire) -> bytes:
        lines = [
            f"{wire.method} {self._target(wire)} HTTP/1.1", "Host: bench",
            *(f"{name}: {value}" for name, value in wire.headers.items()),
            *([f"Content-Length: {len(wire.body)}"] if wire.body else ()),
        ]  # fmt: skip
        return "\r\n".join([*lines, "", ""]).encode() + wire.body


def hop_dialects_ratio(on: Ground) -> Row:
    """The slowest dialect's mid-session hops through gunicorn; all of them in its note."""
    rounds: dict[str, list[float]] = {name: [] for name in registry.USSD_GATEWAYS}
    rates: dict[str, list[float]] = {name: [] for name in registry.USSD_GATEWAYS}
    port, web = on.web("gunicorn")
    bare_port, bare = on.bare()
    numbers = itertools.count()
    with web, bare:  # type: ignore[attr-defined]
        for name in rounds:
            _rate_of(Walks(name, port, f"warm-{name}-"), 0.3)
        for _, name in itertools.product(range(ROUNDS), rounds):
            ours = _rate_of(Walks(name, port, f"{name}-{next(numbers)}-"), SECONDS)
            theirs = _rate(bare_port, bare_request("/bare"), SECONDS)
            rates[name].append(ours)
            rounds[name].append(ours / theirs)
    ratios = {name: statistics.median(rounds[name]) for name in rounds}
    worst = min(ratios, key=lambda name: ratios[name])
    each = ", ".join(
        f"{name} {ratios[name]:.2f} ({statistics.median(rates[name]):,.0f}/s)"
        for name in sorted(ratios, key=lambda name: ratios[name])
    )
    value = ratios[worst]
    return Row("hop_dialects_ratio", value, "x", ">= 1", value >= 1, rounds[worst], note=each)


def _rate_of(walks: Walks, seconds: float) -> float:
    walks.open(int(_FASTEST * seconds / _INPUTS_PER_SESSION) + 2 * CONNECTIONS)
    rate = _rate(walks.port, walks.hop, seconds)
    walks.check()
    return rate


def _rate(port: int, request: Request, seconds: float) -> float:
    result = closed(port, request, CONNECTIONS, seconds=seconds)
    if result.bad:
        raise RuntimeError(f"{result.bad} answers were none")
    return result.per_second


ROWS: tuple[Any, ...] = (hop_dialects_ratio,)
