"""`python -m tests.bench.pages`: how long each page of the back-office takes on much data.

Signs in one person of each role, finds every page they can open, asks for each thirty times in the
words of a browser, and shows the median, p95 and bytes of each view's slowest shape (its filters,
its next page). Where one misses its target, the slowest statement is shown with its plan. Then a
list is taken away as CSV. `make load-data` makes the data.

On a machine that is shared, look at the CPU time of the web and of PostgreSQL for a request: it
doesn't grow when others are busy.
"""

import argparse
import gzip
import http.client
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from werkzeug.routing import MapAdapter

from app.bootstrap.doors import backoffice_doors
from app.domain.msisdn import Msisdn
from app.domain.roles import AGENT_ROLES, GRANTS, STAFF_ROLES, Role
from app.domain.secret import Secret
from app.services.agent_logins import open_login
from app.services.run_staff import add_staff
from app.web.application import create_app
from tests.bench.crawl import Page, crawl
from tests.bench.load_data import PLACE
from tests.bench.results import percentile
from tests.bench.servers import Ground, standing
from tests.factories.web_cookie import COOKIE_NAME, signed_in_cookie

TARGETS = (("search.", 200.0), ("dashboard.", 150.0), ("", 300.0))
"""Views whose names begin so -> p95 in milliseconds."""
REQUESTS = 30
CSV_ROWS = 1_000_000
_PASSWORD = Secret("correct horse 9")
_BROWSER = "bench"
_GZIP = b"\x1f\x8b"
_IDLE_SECONDS = 10
"""Longer, and gunicorn may have closed the connection."""
_SLOW_MS = 100
_POSTGRES = {
    "shared_preload_libraries": "auto_explain", "auto_explain.log_min_duration": str(_SLOW_MS),
    "auto_explain.log_analyze": "on", "auto_explain.log_timing": "off",
    "auto_explain.log_buffers": "on", "log_min_duration_statement": "-1",
}  # fmt: skip
_ASSETS = ("backoffice.not_a_page", "assets.", "static")


@dataclass
class Measured:
    """What a shape of a page took, in milliseconds; `web` and `database` are CPU time for one
    request, `plan` is its slowest statement's when it missed."""

    page: Page
    role: Role
    median: float
    p95: float
    web: float
    database: float
    size: int
    target: float
    plan: str = ""


@dataclass
class Viewer:
    """One person's browser, which keeps its connection."""

    port: int
    role: Role
    cookie: str
    connection: http.client.HTTPConnection = field(init=False)
    asked_at: float = 0.0

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, address: str) -> tuple[int, bytes, float]:
        """Status, body as it was transferred, milliseconds to its last byte."""
        headers = {"User-Agent": _BROWSER, "Cookie": f"{COOKIE_NAME}={self.cookie}",
                   "Accept-Encoding": "gzip"}  # fmt: skip
        if time.perf_counter() - self.asked_at > _IDLE_SECONDS:
            self.connection.close()
            self.connection.connect()
        began = self.asked_at = time.perf_counter()
        self.connection.request("GET", address, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        return answer.status, body, (time.perf_counter() - began) * 1000

    def html(self, address: str) -> str:
        status, body, _ = self.ask(address)
        if status != 200:
            return ""
        return (gzip.decompress(body) if body[:2] == _GZIP else body).decode()


def main() -> int:
    """Exit code 0 when every page met its target."""
    parser = argparse.ArgumentParser("python -m tests.bench.pages", description=__doc__)
    parser.add_argument("--place", type=Path, default=PLACE)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    parser.add_argument("--only", default="", help="views whose names begin so")
    wanted = parser.parse_args()
    if not wanted.place.exists():
        parser.error(f"{wanted.place} isn't there: `make load-data` makes it")
    with standing(wanted.place, {}, _POSTGRES) as on, _web(on) as (port, pid):
        viewers = _sign_in(on, port)
        print("finding the pages ...", file=sys.stderr, flush=True)
        pages, unseen = _find(on, viewers)
        print(f"measuring {len(pages)} shapes of pages ...", file=sys.stderr, flush=True)
        measured = []
        for number, (page, viewer) in enumerate(pages, 1):
            if page.endpoint.startswith(wanted.only):
                print(f"\r{number} of {len(pages)} ", end="", file=sys.stderr, flush=True)
                measured.append(_measure(on, pid, page, viewer, wanted.requests))
        _show(measured, unseen)
        if not wanted.only:
            _take_away(on, viewers[Role.OWNER], pid)
    return 0 if all(one.p95 < one.target for one in measured) else 1


@contextmanager
def _web(on: Ground) -> Iterator[tuple[int, int]]:
    port, web = on.web("gunicorn")
    with web as pid:  # type: ignore[attr-defined]
        yield port, pid


def _sign_in(on: Ground, port: int) -> dict[Role, Viewer]:
    """One person of each role, in a session that the services began. The agent is the busiest."""
    ctx = on.parts.context
    agent = Msisdn(on.one(
        "select msisdn from subscribers where id = (select coalesce("
        " (select agent_id from cash_ins group by 1 order by count(*) desc limit 1),"
        " (select min(subscriber_id) from agents)))"
    ))  # fmt: skip
    teller = Msisdn("+2348039999999")
    names = {role: f"bench-{role}@nexustop.example" for role in Role if role in STAFF_ROLES}
    for role, name in names.items():
        add_staff(ctx, name, _PASSWORD, "bench", role)
    open_login(ctx, agent, _PASSWORD, "bench")
    open_login(ctx, agent, _PASSWORD, "bench", teller)
    names |= {Role.AGENT: agent, Role.AGENT_TELLER: teller}
    return {
        role: Viewer(port, role, signed_in_cookie(
            on.parts, "agent" if role in AGENT_ROLES else "staff", name, _BROWSER))
        for role, name in names.items()
    }  # fmt: skip


def _find(on: Ground, viewers: dict[Role, Viewer]) -> tuple[list[tuple[Page, Viewer]], list[str]]:
    """Each shape of page with who opens it, and views that nothing led to. A view that one person
    has found isn't looked for again by the next."""
    app = create_app(backoffice_doors(on.parts))
    routes: MapAdapter = app.url_map.bind("bench")
    rules = [rule for rule in app.url_map.iter_rules()
             if rule.rule.startswith("/backoffice") and "GET" in (rule.methods or ())
             and not rule.endpoint.startswith(_ASSETS)]  # fmt: skip
    starts, typed = [rule.rule for rule in rules if not rule.arguments], _typed(on)
    found: dict[tuple[str, str], tuple[Page, Viewer]] = {}
    for role, viewer in viewers.items():
        seen = frozenset(endpoint for endpoint, _ in found)

        def opens(name: str, role: Role = role, seen: frozenset[str] = seen) -> bool:
            needed = getattr(app.view_functions[name], "needs", None)
            asset = name.startswith(_ASSETS)
            return name not in seen and not asset and (needed is None or needed in GRANTS[role])

        for key, page in crawl(starts, viewer.html, routes, typed, opens).items():
            found[key] = (page, viewer)
    unseen = sorted({rule.endpoint for rule in rules} - {endpoint for endpoint, _ in found})
    return [found[key] for key in sorted(found)], unseen


def _typed(on: Ground) -> dict[str, list[str]]:
    """What is typed into fields of filters and into the search box: what matches much, what matches
    a little, what matches nothing."""
    number = "(select msisdn from subscribers where id = 1)"
    asked = {
        "msisdn": [number, "(select max(msisdn) from subscribers)"],
        "q": [number, "(select max(reference) from orders)", "(select min(session) from orders)",
              "(select max(reference) from topups)", "'nothing there'"],
        "reference": ["(select max(reference) from orders)"],
        "actor": ["(select max(actor) from audit)", "'nobody'"],
        "act": ["'case.take'", "'nothing'"],
        "subject": ["(select max(subject) from audit)", "'nothing'"],
        "channel": ["'sms'", "'nothing'"],
        "provider": ["'vtpass'", "'nothing'"],
        "from": ["(current_date - 7)::text"],
        "to": ["(current_date - 60)::text"],
        "day": ["(current_date - 1)::text"],
    }  # fmt: skip
    return {name: [str(on.one(f"select {one}")) for one in some] for name, some in asked.items()}


def _measure(on: Ground, pid: int, page: Page, viewer: Viewer, requests: int) -> Measured:
    """In turns through its addresses; the first of each isn't counted."""
    target = next(target for name, target in TARGETS if page.endpoint.startswith(name))
    log = on.data_dir / "logs" / "postgres.log"
    for address in page.addresses:
        viewer.ask(address)
    began = log.stat().st_size
    postmaster = int((on.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
    spent = [_cpu_ms(pid), _cpu_ms(postmaster)]
    took, size = [], 0
    for number in range(requests):
        _, body, milliseconds = viewer.ask(page.addresses[number % len(page.addresses)])
        took.append(milliseconds)
        size = max(size, len(body))
    web, database = ((_cpu_ms(of) - before) / requests
                     for of, before in zip((pid, postmaster), spent, strict=True))  # fmt: skip
    p95 = percentile(took, 95)
    plan = _slowest(log, began) if p95 >= target else ""
    return Measured(page, viewer.role, percentile(took, 50), p95, web, database, size, target, plan)


def _slowest(log: Path, after: int) -> str:
    """The plan of the slowest statement that was logged since then."""
    with log.open() as file:
        file.seek(after)
        text = file.read()
    plans = re.findall(r"duration: ([0-9.]+) ms  plan:\n((?:\t.*\n)+)", text)
    if not plans:
        return f"no statement took {_SLOW_MS} ms"
    took, plan = max(plans, key=lambda one: float(one[0]))
    return f"{took} ms\n{plan}"


def _show(measured: list[Measured], unseen: list[str]) -> None:
    """The slowest shape of each view, then every shape that missed with its plan."""
    print(
        f"\n{'view':<34}{'p50':>7}{'p95':>7}{'target':>8}{'':8}{'web':>5}{'db':>5}{'bytes':>8}"
        "  slowest with"
    )
    slowest: dict[str, Measured] = {}
    for one in measured:
        known = slowest.get(one.page.endpoint)
        if known is None or one.p95 > known.p95:
            slowest[one.page.endpoint] = one
    for name, one in sorted(slowest.items()):
        shapes = sum(other.page.endpoint == name for other in measured)
        met = "met" if one.p95 < one.target else "MISSED"
        with_ = f"{one.page.shape or '-'} ({shapes} shapes; {one.role})"
        print(f"{name:<34}{one.median:>7.0f}{one.p95:>7.0f}{one.target:>8.0f}  {met:<6}"
              f"{one.web:>5.0f}{one.database:>5.0f}{one.size:>8}  {with_}")  # fmt: skip
    for one in measured:
        if one.p95 >= one.target:
            print(f"\nMISSED {one.page.endpoint} {one.page.shape}: {one.page.addresses[0]}\n"
                  f"p50 {one.median:.0f}, p95 {one.p95:.0f} ms, CPU {one.web:.0f} and"
                  f" {one.database:.0f} ms; {one.plan}")  # fmt: skip
    if unseen:
        print(f"\nno page led to: {', '.join(unseen)}")


def _take_away(on: Ground, viewer: Viewer, pid: int) -> None:
    """So many orders as CSV: rows a second, and the web's memory meanwhile."""
    since = on.one(
        "select (placed_at - interval '1 day')::date::text from orders order by placed_at desc"
        f" offset {CSV_ROWS} limit 1"
    ) or "2020-01-01"  # fmt: skip
    before = most = _memory_mb(pid)
    began, rows, size, told = time.perf_counter(), 0, 0, 0.0
    headers = {"User-Agent": _BROWSER, "Cookie": f"{COOKIE_NAME}={viewer.cookie}"}
    address = f"/backoffice/orders?format=csv&from={since}"
    viewer.connection.request("GET", address, headers=headers)
    answer = viewer.connection.getresponse()
    while piece := answer.read(1 << 16):
        rows, size = rows + piece.count(b"\n"), size + len(piece)
        if time.perf_counter() - told > 0.2:
            told = time.perf_counter()
            most = max(most, _memory_mb(pid))
    seconds = time.perf_counter() - began
    print(f"\nCSV: {rows - 1:,} rows, {size / 1e6:.0f} MB in {seconds:.0f} s: {rows / seconds:,.0f}"
          f" rows/s; the web's memory {before:.0f} MB before, {most:.0f} MB at most")  # fmt: skip


def _cpu_ms(pid: int) -> float:
    """CPU time so far, of the process and those that it has started."""
    ticks = 0
    for one in _tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(int(field) for field in fields[11:15])
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int) -> float:
    """Of its own, of the process and those that it has started."""
    return sum(_own_mb(one) for one in _tree(pid))


def _tree(pid: int) -> list[str]:
    return [str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _own_mb(pid: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return int(status.partition("RssAnon:")[2].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
