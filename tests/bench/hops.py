"""Hops through gunicorn and granian against the bare route."""

import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode
from zlib import crc32

from tests.bench.load import Request, closed, paced, post
from tests.bench.results import ROUNDS, Row, percentile, ratio
from tests.bench.servers import Ground

CONNECTIONS = 16
SECONDS = 2.0
_PATH = "/ussd/africastalking"
_MSISDN = "+2348030000001"
_INPUTS_PER_SESSION = 11


class Sessions:
    """Sessions opened before the clock runs, then walked between two screens of fixed options."""

    def __init__(self, port: int, mark: str, people: int = 0) -> None:
        self._port = port
        self._people = people
        self._numbers = itertools.count()
        self._mark = mark
        self._ready: Iterator[str] = iter(())
        self._walks: dict[int, tuple[str, list[str]]] = {}

    def open(self, count: int, inputs: tuple[str, ...] = ()) -> None:
        """Open `count` sessions and take each through `inputs`."""
        names = [f"{self._mark}{next(self._numbers)}" for _ in range(count)]
        for step in range(len(inputs) + 1):
            text = "*".join(inputs[:step])
            bodies = iter([self._hop(name, text) for name in names])
            result = closed(self._port, lambda _, b=bodies: next(b), 16, requests=count)  # type: ignore[misc]
            if result.bad:
                raise RuntimeError(f"{result.bad} sessions did not open")
        self._ready = iter(names)

    def walk(self, line: int) -> bytes:
        """The next hop in mid-session: no screen on the way reads the database."""
        name, inputs = self._walks.get(line, ("", []))
        if not name or len(inputs) >= _INPUTS_PER_SESSION:
            name, inputs = next(self._ready), ["1"]
        else:
            inputs.append("1" if inputs[-1] == "0" or len(inputs) == 1 else "0")
        self._walks[line] = (name, inputs)
        return self._hop(name, "*".join(inputs))

    def home(self, _: int) -> bytes:
        """One hop from "My number or another" to the main menu, which shows the balance."""
        return self._hop(next(self._ready), "1*00")

    def mixed(self, line: int) -> bytes:
        """One hop in five shows the balance: Home, in the middle of the walk."""
        name, inputs = self._walks.get(line, ("", []))
        if not name or len(inputs) >= _INPUTS_PER_SESSION:
            name, inputs = next(self._ready), ["1"]
        elif len(inputs) % 5 == 4:
            inputs.append("00")
        else:
            inputs.append(
                "0" if inputs[-1] == "1" and len(inputs) > 1 and inputs[-2] == "1" else "1"
            )
        self._walks[line] = (name, inputs)
        return self._hop(name, "*".join(inputs))

    def _hop(self, name: str, text: str) -> bytes:
        """Sessions are of the demo subscriber, or spread over the first so many of many."""
        if not self._people:
            return hop(name, text)
        number = crc32(name.encode()) % self._people + 1
        return hop(name, text, f"+23481{number:08d}")


def hop(session: str, text: str, msisdn: str = _MSISDN) -> bytes:
    """A hop as Africa's Talking sends it."""
    fields = {"sessionId": session, "serviceCode": "*384*123#", "phoneNumber": msisdn,
              "networkCode": "62130", "text": text}  # fmt: skip
    return post(_PATH, urlencode(fields).encode())


def bare_request(path: str) -> Request:
    """A request of the same length to the bare route."""
    names = itertools.count()

    def request(_: int) -> bytes:
        fields = {"sessionId": f"b{next(names) % 5000}", "serviceCode": "*384*123#",
                  "phoneNumber": _MSISDN, "networkCode": "62130", "text": "1*1*0*1"}  # fmt: skip
        return post(path, urlencode(fields).encode())

    return request


def hop_ratio(on: Ground) -> Row:
    """Mid-session hops through gunicorn."""
    return _walks(on, "gunicorn", "hop_ratio", 1.0)


def hop_fast_ratio(on: Ground) -> Row:
    """The same through granian; the bare route stays on gunicorn."""
    return _walks(on, "granian", "hop_fast_ratio", 1.8)


def _walks(on: Ground, server: str, name: str, target: float) -> Row:
    ours: list[float] = []
    theirs: list[float] = []
    port, web = on.web(server)
    bare_port, bare = on.bare()
    with web, bare:  # type: ignore[attr-defined]
        _warm(port, bare_port)
        for number in range(ROUNDS):
            sessions = Sessions(port, f"{server}{number}-")
            sessions.open(int(9_000 * SECONDS / _INPUTS_PER_SESSION) + 200)
            ours.append(_rate(port, sessions.walk))
            theirs.append(_rate(bare_port, bare_request("/bare")))
    return ratio(name, ours, theirs, target, f"{server}, no database read")


def hop_db_ratio(on: Ground) -> Row:
    """Hops that show a balance."""
    ours: list[float] = []
    theirs: list[float] = []
    port, web = on.web("gunicorn")
    bare_port, bare = on.bare()
    with web, bare:  # type: ignore[attr-defined]
        _warm(port, bare_port)
        for number in range(ROUNDS):
            sessions = Sessions(port, f"db{number}-")
            sessions.open(3_000, ("1",))
            names = closed(port, sessions.home, CONNECTIONS, requests=2_500)
            _all_good(names.bad)
            ours.append(names.per_second)
            theirs.append(_rate(bare_port, bare_request("/bare-db")))
    return ratio("hop_db_ratio", ours, theirs, 0.5, "gunicorn, balance read")


def hop_p99_ms(on: Ground) -> Row:
    """The 99th percentile of all kinds of hop at half of the rate this run can do."""
    ours: list[float] = []
    theirs: list[float] = []
    port, web = on.web("gunicorn")
    bare_port, bare = on.bare()
    rates = []
    with web, bare:  # type: ignore[attr-defined]
        _warm(port, bare_port)
        sessions = Sessions(port, "max-")
        sessions.open(2_000)
        most = _rate(port, sessions.mixed)
        bare_most = _rate(bare_port, bare_request("/bare"))
        for number in range(ROUNDS):
            sessions = Sessions(port, f"p{number}-")
            sessions.open(int(most * SECONDS / _INPUTS_PER_SESSION) + 200)
            result = paced(port, sessions.mixed, CONNECTIONS, most / 2, SECONDS)
            _all_good(result.bad)
            ours.append(percentile(result.milliseconds, 99))
            rates.append(result.per_second)
            bare_one = paced(
                bare_port, bare_request("/bare"), CONNECTIONS, bare_most / 2, SECONDS
            )  # fmt: skip
            theirs.append(percentile(bare_one.milliseconds, 99))
    value, bare_value = sorted(ours)[ROUNDS // 2], sorted(theirs)[ROUNDS // 2]
    return Row(
        "hop_p99_ms", value, "ms", "<= 50 or <= 3x bare", value <= max(50, 3 * bare_value), ours,
        bare=bare_value,
        note=f"at {most / 2:,.0f}/s; bare {bare_value:.1f} ms at {bare_most / 2:,.0f}/s",
    )  # fmt: skip


def _warm(port: int, bare_port: int) -> None:
    sessions = Sessions(port, "warm-")
    sessions.open(300)
    closed(port, sessions.walk, CONNECTIONS, requests=1_500)
    closed(bare_port, bare_request("/bare"), CONNECTIONS, requests=1_500)


def _rate(port: int, request: Request) -> float:
    result = closed(port, request, CONNECTIONS, seconds=SECONDS)
    _all_good(result.bad)
    return result.per_second


def _all_good(bad: int) -> None:
    if bad:
        raise RuntimeError(f"{bad} answers were not a screen")


ROWS: tuple[Any, ...] = (hop_ratio, hop_fast_ratio, hop_db_ratio, hop_p99_ms)
