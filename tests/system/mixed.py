"""`python -m tests.system.mixed [--orders N] [--seed S]`: mixed purchases while every vendor
misbehaves at random.

Airtime and plans of four operators, each for a number of its own, through all providers by routing;
one purchase in three comes with a fault for a random provider. What nobody can say is ended by
moving the clock a day on. Then every order must have ended, each number have what was paid for it
and nothing twice, the wallet have paid for just that, and `ledger verify` be clean.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from app.bootstrap import Parts, parts
from app.db import catalogue, ledger, subscribers
from app.domain.catalogue import Plan
from app.domain.ledger import wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import BuyAirtime, BuyData, OrderPlaced, Origin
from app.domain.secret import Secret
from app.services.buy_airtime import buy_airtime
from app.services.buy_data import buy_data
from app.services.look_after_attempt import look_after_attempt
from app.services.sweep import take_overdue
from app.services.vend_order import vend_order
from providers.sandbox.faults import FAULTS
from tests.fakes.clock import FixedClock
from tests.system.harness import PIN, SUBSCRIBER, StillWaiting, System, running

BUYERS = 6
_PREFIXES = {"mtn-ng": "803", "airtel-ng": "802", "glo-ng": "805", "t2-ng": "809"}
_ENDS_BY_ITSELF_WITHIN_SECONDS = 150.0
_RECEIPTS_WITHIN_SECONDS = 120.0
_GIVEN_UP_AFTER = timedelta(hours=25)
_ENDED = ("delivered", "declined", "reversed")
_OPEN = f"select count(*) from orders where state not in {_ENDED}"
_UNSENT = (
    "select count(*) from mt_sms where order_id is not null and state in ('queued', 'sending')"
)


@dataclass(frozen=True)
class Purchase:
    """One purchase; `plan` None: airtime for `naira`. `fault`: what befalls a provider's next
    request, and whose, before it."""

    number: int
    operator: str
    recipient: Msisdn
    naira: int
    plan: Plan | None
    fault: tuple[str, str] | None


def purchases(count: int, seed: int, plans: list[Plan]) -> list[Purchase]:
    """The same for the same seed."""
    dice = random.Random(seed)
    faults = [(name, fault) for (name, what), known in FAULTS.items() if what == "vending"
              for fault in known]  # fmt: skip
    made = []
    for number in range(count):
        operator = dice.choice(list(_PREFIXES))
        plan = dice.choice([p for p in plans if p.operator == operator] + [None] * 4)
        to = Msisdn(f"+234{_PREFIXES[operator]}{1_000_000 + number}")
        fault = dice.choice(faults) if dice.random() < 1 / 3 else None
        made.append(Purchase(number, operator, to, 50 * dice.randint(2, 10), plan, fault))
    return made


def buy(system: System, of: Parts, wanted: Purchase) -> None:
    """Through the service that a hop calls. Raises TypeError when no order comes of it."""
    if wanted.fault:
        system.fault(*wanted.fault, 1)
    origin = Origin("mixed", str(wanted.number), 1, Msisdn(SUBSCRIBER))
    to, pin = wanted.recipient, Secret(PIN)
    if wanted.plan:
        data = BuyData(to, wanted.operator, wanted.plan.code, wanted.plan.price, pin)
        answer = buy_data(of.context, origin, data)
    else:
        airtime = BuyAirtime(to, wanted.operator, Money(wanted.naira * 100, "NGN"), pin)
        answer = buy_airtime(of.context, origin, airtime)
    if not isinstance(answer, OrderPlaced):
        raise TypeError(f"{wanted}: {answer}")


def let_a_day_pass(of: Parts) -> None:
    """What nobody could say is given up by the sweeper of tomorrow."""
    of.clock = FixedClock(of.clock.now() + _GIVEN_UP_AFTER)  # type: ignore[assignment]
    while True:
        due = take_overdue(of.db, of.clock).jobs
        jobs = [(vend_order, due.get("vend", [])), (look_after_attempt, due.get("ask", []))]
        for job, subjects in jobs:
            for subject in subjects:
                job(of.vending, subject)
        if not any(subjects for _, subjects in jobs):
            return


def problems(system: System, of: Parts, count: int, paid_minor: int) -> list[str]:
    """Everything that is wrong at the end; the sandbox's book is the truth."""
    found, worth = [], 0
    had = Counter(vend["msisdn"] for vend in system.vends() if vend["state"] == "delivered")
    rows = system.sql(
        "select o.reference, o.state, coalesce(o.code, ''), o.recipient, o.price_minor,"
        " (select count(*) from mt_sms m where m.order_id = o.id"
        "  and m.kind in ('delivered', 'refunded'))"
        " from orders o where o.channel = 'mixed'"
    )
    for reference, state, code, recipient, price_minor, receipts in rows:
        times, given_up = had.pop(recipient, 0), (state, code) == ("reversed", "given_up")
        worth += price_minor if state == "delivered" else 0
        if times > 1 or (times != (state == "delivered") and not given_up):
            found.append(f"{reference} is {state} {code} and was delivered {times} times")
        if state not in _ENDED or receipts != 1:
            found.append(f"{reference} is {state} with {receipts} receipts")
    if len(rows) != count:
        found.append(f"{len(rows)} orders, not {count}")
    found += [f"{recipient} got what nobody ordered" for recipient in had]
    if worth != paid_minor:
        found.append(f"{paid_minor} was paid for what is worth {worth}")
    code, said = system.cli("ledger", "verify")
    return [*found, said] if code else found


def balance_minor(of: Parts) -> int:
    with of.db.transaction() as tx:
        buyer = subscribers.find_by_msisdn(tx, Msisdn(SUBSCRIBER))
        assert buyer is not None
        return ledger.balance(tx, wallet(buyer.id, "NGN")).amount_minor


def run(count: int, seed: int) -> list[str]:
    """The whole of it in a system of its own; what was wrong afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="nexustop-mixed-"))
    folder.chmod(0o755)
    with running(folder) as system:
        system.cli("demo", "fund", SUBSCRIBER, str(20_000_00 * count))
        of = parts(folder, threads=BUYERS)
        before = balance_minor(of)
        wanted = purchases(count, seed, _plans(of))
        with ThreadPoolExecutor(BUYERS) as pool:
            list(pool.map(lambda one: buy(system, of, one), wanted))
        _wait(system, "orders are open", _ENDS_BY_ITSELF_WITHIN_SECONDS, _OPEN)
        left = system.open_orders()
        tomorrow = parts(folder)
        let_a_day_pass(tomorrow)
        _wait(system, "receipts are unsent", _RECEIPTS_WITHIN_SECONDS, _UNSENT)
        found = problems(system, of, count, before - balance_minor(of))
        _show(system, wanted, left)
    return found


def _plans(of: Parts) -> list[Plan]:
    with of.db.transaction() as tx:
        return [
            plan
            for operator in _PREFIXES
            for plan in catalogue.plans(
                tx, operator, of.settings.vending_names, of.clock.now(), samples=True
            )
        ]


def _wait(system: System, what: str, seconds: float, left: str) -> None:
    """Until none is left, or so long."""
    try:
        system.until(lambda: not system.sql(left)[0][0], seconds, what)
    except StillWaiting:
        print(f"{system.sql(left)[0][0]} {what} after {seconds:.0f} s", flush=True)


def _show(system: System, wanted: list[Purchase], left: int) -> None:
    states = system.sql(
        "select o.state || case when o.state = 'reversed' then ' (' || o.code || ')' else '' end,"
        " count(*) from orders o group by 1 order by 1"
    )
    sold = Counter(v["provider"] for v in system.vends() if v["state"] == "delivered")
    faults = Counter(one.fault[1] for one in wanted if one.fault)
    print(f"{len(wanted)} orders: {dict(states)}; {left} were open when the day passed")
    print(f"delivered by {dict(sorted(sold.items()))}")
    print(f"{faults.total()} faults: {dict(sorted(faults.items()))}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    began = time.monotonic()
    found = run(arguments.orders, arguments.seed)
    print(f"{time.monotonic() - began:.0f} s: {'ok' if not found else found[:10]}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
