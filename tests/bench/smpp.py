"""`python -m tests.bench.smpp`: short messages out by SMPP to an SMSC that isn't ours, on the same
cores, each with its delivery receipt back, and the process's memory meanwhile."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from app.db.engine import Transaction
from app.domain.msisdn import Msisdn
from app.ports.channels import MtSms
from app.ports.smpp import SmsPart
from app.services.context import Context
from app.services.send_by_smpp import queue_parts
from tests.bench.results import Row, show, write
from tests.bench.servers import Ground, ground
from tests.smpp.smsc import PEERS, Smsc

RESULT = Path("var/bench.json")
PER_SECOND, MOST_GROWTH_MB = 500, 10
QUICK, LONG = 10_000, 100_000
TEXT = "Balance NGN 5,000.00. Dial *384*123# to buy airtime."
_AT_ONCE = 500
SETTLED = 0.2
"""The share of the messages after which memory should be flat."""
ENVIRONMENT = {
    "SMS_GATEWAYS": "smpp", "SMPP_HOST": "127.0.0.1", "SMPP_SYSTEM_ID": "nexustop",
    "SMPP_PASSWORD": "secret", "SMPP_WINDOW": "100", "SMPP_PER_SECOND": "5000",
}  # fmt: skip


def main() -> int:
    """Exit code 0 when it could be measured, whether or not it met its target."""
    parser = argparse.ArgumentParser("python -m tests.bench.smpp", description=__doc__)
    parser.add_argument("--messages", type=int, default=LONG)
    wanted = parser.parse_args()
    with ground(**ENVIRONMENT) as on:
        row = _measured(on, wanted.messages)
    show([row])
    write([row], RESULT)
    return 0


def smpp_out(on: Ground) -> Row:
    """A short run."""
    return _measured(on, QUICK)


def _measured(on: Ground, messages: int) -> Row:
    with Smsc() as smsc:
        on.environment["SMPP_PORT"] = str(smsc.port)
        _queue(on, messages)
        smsc.do("receipts", form="text")
        smsc.do("quiet")
        program = [sys.executable, "-m", "app.cli", "smpp"]
        with on.process(program) as pid:
            smsc.expect("bound")
            seconds, memory = _drain(on, pid, messages)
            cpu = _cpu_seconds(pid)
        counted = smsc.count()
    _check(on, messages, counted)
    settled = memory[int(len(memory) * SETTLED) :]
    grown = max(settled) - settled[0]
    rate = messages / seconds
    return Row(
        "smpp_out", rate, "/s", f">= {PER_SECOND}, + <= {MOST_GROWTH_MB} MB",
        rate >= PER_SECOND and grown <= MOST_GROWTH_MB, memory_mb=max(memory),
        note=f"{messages:,} out, each with its receipt; memory {max(memory):.0f} MB, "
        f"{grown:+.1f} MB since a fifth of them; {1000 * cpu / messages:.2f} ms of CPU each",
    )  # fmt: skip


def _queue(on: Ground, messages: int) -> None:
    """Every message to another number, as the gateway queues them, many in a transaction."""
    parts = on.parts
    [gateway] = parts.sms.gateways
    for start in range(0, messages, _AT_ONCE):
        with parts.db.transaction() as tx:
            inside = replace(gateway, put=partial(_put, tx, parts.context))
            for number in range(start, min(start + _AT_ONCE, messages)):
                to = Msisdn(f"+23480{number:08d}")
                inside.send(MtSms(f"bench-{number}", to, TEXT))
    parts.close()


def _put(tx: Transaction, ctx: Context, sms: MtSms, sender: str, parts: Sequence[SmsPart]) -> bool:
    queue_parts(tx, ctx, sms, sender, parts)
    return True


def _drain(on: Ground, pid: int, messages: int) -> tuple[float, list[float]]:
    """Until every message has its receipt: the seconds, and the process's MB twice a second."""
    began, memory = time.perf_counter(), [_mb(pid)]
    last, last_at = -1, began
    while True:
        time.sleep(0.5)
        memory.append(_mb(pid))
        left = on.one("select count(*) from smpp_parts where state <> 'delivered'")
        if left == 0:
            return time.perf_counter() - began, memory
        if left != last:
            last, last_at = left, time.perf_counter()
        if time.perf_counter() - last_at > 60:
            raise RuntimeError(f"{left} of {messages} not delivered, and nothing moves")


def _check(on: Ground, messages: int, counted: dict[str, int]) -> None:
    again = on.one("select sum(sent_again) from smpp_parts")
    if (counted["submitted"], counted["distinct"], again) != (messages, messages, 0):
        raise RuntimeError(f"{counted} of {messages} messages, {again} sent again")


def _cpu_seconds(pid: int) -> float:
    """Of all the process's threads, its start included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _mb(pid: int) -> float:
    """Resident memory."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


ROWS = (smpp_out,) if (PEERS / "smpp").is_dir() else ()
"""Nothing where the independent SMSC isn't installed (`make peers`)."""

if __name__ == "__main__":
    sys.exit(main())
