"""`python -m tests.bench.growth`: the same rates in a database that has grown, against a small one,
and how long `nexustop ledger verify` takes there. Making 10,000,000 postings takes minutes."""

import argparse
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from tests.bench.__main__ import RESULT
from tests.bench.hops import CONNECTIONS, SECONDS, Sessions
from tests.bench.load import closed
from tests.bench.orders import placed_per_second
from tests.bench.population import populate
from tests.bench.results import ROUNDS, Row, ratio, show, write
from tests.bench.servers import Ground, ground

SMALL = (1_000, 10_000)
LARGE = (1_000_000, 10_000_000)
"""Subscribers, postings."""


def main() -> int:
    """Exit code 0 when every row could be measured, whether or not it met its target."""
    parser = argparse.ArgumentParser("python -m tests.bench.growth", description=__doc__)
    parser.add_argument("--people", type=int, default=LARGE[0])
    parser.add_argument("--postings", type=int, default=LARGE[1])
    wanted = parser.parse_args()
    large_size = (wanted.people, wanted.postings)
    with ground() as small, ground() as large:
        for on, size in ((small, SMALL), (large, large_size)):
            print(f"making {size[1]:,} postings of {size[0]:,} ...", file=sys.stderr, flush=True)
            populate(on, *size)
        rows = [verify_10m_seconds(large)]
        rows.append(hop_growth(small, large, wanted.people))
        rows.append(order_growth(small, large, wanted.people))
    show(rows)
    if large_size == LARGE:
        write(rows, RESULT)
    return 0


def verify_10m_seconds(on: Ground) -> Row:
    """The whole of `nexustop ledger verify`, its own memory and that of its server processes."""
    postings = on.one("select count(*) from postings")
    began = time.monotonic()
    with (on.data_dir / "verify.txt").open("w+") as said:
        running = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "ledger", "verify"], env=on.environment, stdout=said
        )
        own = servers = 0.0
        while running.poll() is None:
            own = max(own, _private_mb(running.pid))
            servers = max(servers, sum(_private_mb(pid) for pid in _backends(on)))
            time.sleep(0.2)
        seconds = time.monotonic() - began
        said.seek(0)
        text = said.read()
    if running.returncode != 0:
        raise RuntimeError(text[-2_000:])
    note = f"{postings:,} postings; {own:.0f} MB, and {servers:.0f} MB in PostgreSQL's processes"
    return Row("verify_10m_seconds", seconds, "s", "<= 300", seconds <= 300,
               memory_mb=own + servers, note=note)  # fmt: skip


def hop_growth(small: Ground, large: Ground, people: int) -> Row:
    """Hops of many people, one in five with a balance read, as `make run` starts the web."""
    rates: dict[int, list[float]] = {0: [], 1: []}
    with ExitStack() as stack:
        ports = []
        for on in (small, large):
            port, web = on.web("gunicorn")
            stack.enter_context(web)  # type: ignore[arg-type]
            ports.append(port)
        for number in range(-1, ROUNDS):
            for place, count in enumerate((SMALL[0], people)):
                sessions = Sessions(ports[place], f"g{number}-", count)
                sessions.open(2_500)
                result = closed(ports[place], sessions.mixed, CONNECTIONS, seconds=SECONDS)
                if result.bad:
                    raise RuntimeError(f"{result.bad} answers were not a screen")
                if number >= 0:
                    rates[place].append(result.per_second)
    return _growth("hop_growth", rates[1], rates[0])


def order_growth(small: Ground, large: Ground, people: int) -> Row:
    """Orders placed as in order_ratio."""
    before: list[float] = []
    after: list[float] = []
    for number in range(-1, ROUNDS):
        rates = [placed_per_second(small, number + 1, SMALL[0]),
                 placed_per_second(large, number + 1, people)]  # fmt: skip
        if number >= 0:
            before.append(rates[0])
            after.append(rates[1])
    return _growth("order_growth", after, before)


def _growth(name: str, after: list[float], before: list[float]) -> Row:
    row = ratio(name, after, before, 0.8, "grown against small")
    print(f"{name}: {statistics.median(after):,.0f}/s", file=sys.stderr, flush=True)
    return row


def _backends(on: Ground) -> list[int]:
    """Processes of this ground's PostgreSQL."""
    postmaster = int((on.data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    tasks = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    return [int(pid) for pid in tasks]


def _private_mb(pid: int) -> float:
    """Memory of its own: what isn't shared with other processes or read from files."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in status.splitlines()
               if line.startswith("RssAnon:")) / 1024  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
