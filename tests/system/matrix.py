"""`python -m tests.system.matrix [--purchases N] [provider ...]`: every fault at every vendor.

For each, a fresh purchase each of N numbers while the fault lasts; then everything must have
ended, each with its receipt, and the sandbox's book must equal the ledger.
"""

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from providers.sandbox.faults import FAULTS
from tests.system.harness import running
from tests.system.invariants import problems

WAITS_FOR_ITS_RULE = {"validated_then_silent"}
ENDS_WITHIN_SECONDS = 130.0


def run(provider: str, faults: list[str], purchases: int) -> int:
    """All faults of one vendor in one system; how many failed."""
    failed = placed = 0
    folder = Path(tempfile.mkdtemp(prefix="nexustop-matrix-"))
    folder.chmod(0o755)
    with running(folder, VENDING_ORDER=provider) as system:
        system.cli("demo", "fund", "+2348030000001", "100000000")
        for number, fault in enumerate(faults):
            system.fault(provider, fault, purchases)
            began = time.monotonic()
            recipients = [f"0803{number + 1:03d}{i:04d}" for i in range(purchases)]
            with ThreadPoolExecutor(10) as pool:
                screens = list(pool.map(system.buy, recipients))
            refused = [screen for screen in screens if "Request received" not in screen]
            placed += purchases - len(refused)
            while time.monotonic() < began + ENDS_WITHIN_SECONDS and _open(system):
                time.sleep(0.5)
            system.control("faults", method="DELETE")
            found = [*refused, *problems(system, purchases=placed)]
            failed += bool(found)
            states = system.sql("select state, count(*) from orders group by state order by state")
            seconds = time.monotonic() - began
            print(f"{provider:15} {fault:30} {seconds:6.1f} s {dict(states)} "
                  f"{'ok' if not found else found[:5]}", flush=True)  # fmt: skip
    return failed


def _open(system: object) -> bool:
    from tests.system.harness import System

    assert isinstance(system, System)
    if system.open_orders():
        return True
    waiting = system.sql(
        "select count(*) from mt_sms where order_id is not null and state in ('queued','sending')"
    )[0][0]
    return bool(waiting)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--purchases", type=int, default=20)
    parser.add_argument("--faults", nargs="*")
    parser.add_argument("providers", nargs="*", default=["africastalking", "vtpass"])
    arguments = parser.parse_args()
    failed = 0
    for provider in arguments.providers or ["africastalking", "vtpass"]:
        faults = [
            fault
            for fault in FAULTS[provider, "vending"]
            if fault not in WAITS_FOR_ITS_RULE
            and (not arguments.faults or fault in arguments.faults)
        ]
        failed += run(provider, faults, arguments.purchases)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
