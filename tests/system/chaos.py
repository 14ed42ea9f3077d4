"""`python -m tests.system.chaos [case ...]`: killed or paused in the middle of 200 purchases.

The buyers behave as gateways and people do: a hop without an answer is sent again, a session that
ended in trouble is dialled again.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.system.harness import PIN, SUBSCRIBER, System, running
from tests.system.invariants import problems

PURCHASES = 200
BUYERS = 10
ENDS_WITHIN_SECONDS = 180.0
PAUSED_SECONDS = 90.0
_TITLES = {
    "worker": "nexustop-worker",
    "web": "nexustop-web",
    "scheduler": "nexustop-scheduler",
    "redis": "valkey-server",
    "postgres": "postgres -D",
}


def kill(title: str) -> Callable[[System], None]:
    """kill -9 every process of that title, three times, some seconds apart."""

    def act(system: System) -> None:
        for _ in range(3):
            time.sleep(3)
            for pid in system.pids(_TITLES[title]):
                _signal(pid, signal.SIGKILL)

    return act


def pause_worker(system: System) -> None:
    """SIGSTOP the worker for 90 s while it holds whatever it holds."""
    time.sleep(3)
    pids = system.pids(_TITLES["worker"])
    for pid in pids:
        _signal(pid, signal.SIGSTOP)
    time.sleep(PAUSED_SECONDS)
    for pid in pids:
        _signal(pid, signal.SIGCONT)


def flush_redis(system: System) -> None:
    """Everything in Redis is gone, three times."""
    import redis

    url = next(
        line.split("=", 1)[1]
        for line in (system.data_dir / "run.env").read_text().splitlines()
        if line.startswith("REDIS_URL=")
    )
    for _ in range(3):
        time.sleep(3)
        redis.Redis.from_url(url).flushall()


CASES: dict[str, Callable[[System], None]] = {
    "kill_worker": kill("worker"),
    "kill_web": kill("web"),
    "kill_scheduler": kill("scheduler"),
    "kill_redis": kill("redis"),
    "kill_postgres": kill("postgres"),
    "flush_redis": flush_redis,
    "pause_worker": pause_worker,
}


def buy_somehow(system: System, recipient: str) -> bool:
    """Dial until a session ends with the request received or unsure; False for unsure."""
    inputs = ("1", "2", recipient, "5", "100", "1", PIN)
    for _ in range(60):
        last = _session(system, inputs)
        if "Request received" in last:
            return True
        if "can't say yet" in last:
            return False
        time.sleep(1)
    raise AssertionError(f"no purchase came about: {last}")


def _session(system: System, inputs: tuple[str, ...]) -> str:
    session = f"c-{os.getpid()}-{threading.get_ident()}-{time.monotonic_ns()}"
    screen = ""
    for step in range(len(inputs) + 1):
        screen = _hop(system, session, "*".join(inputs[:step]))
        if screen.startswith("END"):
            return screen
    return screen


def _hop(system: System, session: str, text: str) -> str:
    """A gateway repeats a hop that had no answer."""
    for _ in range(30):
        try:
            return system.hop(session, text)
        except OSError:
            time.sleep(0.5)
    return "END no answer"


def run(case: str, vending_order: str) -> list[str]:
    """One case in a system of its own; what was wrong afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nexustop-chaos-"))
    folder.chmod(0o755)
    with running(folder, VENDING_ORDER=vending_order) as system:
        system.cli("demo", "fund", SUBSCRIBER, "100000000")
        system.control("latency", {"provider": vending_order.split(",")[0], "milliseconds": 700})
        disturber = threading.Thread(target=CASES[case], args=(system,))
        disturber.start()
        recipients = [f"0803{number:07d}" for number in range(1000, 1000 + PURCHASES)]
        with ThreadPoolExecutor(BUYERS) as pool:
            sure = list(pool.map(lambda to: buy_somehow(system, to), recipients))
        disturber.join()
        deadline = time.monotonic() + ENDS_WITHIN_SECONDS
        while time.monotonic() < deadline and _unfinished(system):
            time.sleep(1)
        placed = int(system.sql("select count(*) from orders")[0][0])
        found = problems(system, purchases=placed)
        if not sum(sure) <= placed <= PURCHASES:
            found.append(f"{placed} orders for {sum(sure)} sure and {PURCHASES} tried")
        states = dict(system.sql("select state, count(*) from orders group by state"))
        again = system.sql("select coalesce(sum(sent_again), 0) from mt_sms")[0][0]
        print(f"{case:15} {vending_order:25} {states} sure {sum(sure)}, SMS sent again {again}: "
              f"{'ok' if not found else found[:6]}", flush=True)  # fmt: skip
    return found


def _unfinished(system: System) -> bool:
    if system.open_orders():
        return True
    waiting = system.sql(
        "select count(*) from mt_sms where order_id is not null and state in ('queued','sending')"
    )[0][0]
    return bool(waiting)


def _signal(pid: int, sign: int) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        pass


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("cases", nargs="*", default=list(CASES))
    parser.add_argument("--vending-order", default="vtpass,africastalking")
    arguments = parser.parse_args()
    failed = [case for case in arguments.cases or CASES if run(case, arguments.vending_order)]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
