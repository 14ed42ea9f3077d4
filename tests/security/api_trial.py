"""`python -m tests.security.api_trial`: schemathesis on the whole API, in one process.

Every operation of the document is asked with what fits it and what doesn't, alone and in chains,
once by a subscriber's app and once by a merchant's server, and everything that schemathesis can
check is checked. Seeded: the same seed asks the same.
"""

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from flask import Flask
from schemathesis.engine import events, from_schema
from werkzeug.serving import WSGIRequestHandler, make_server

from app.db.engine import Database
from app.domain.api_keys import MOST_PER_MINUTE
from tests.api.client import Service, make_service
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.merchants.shop import Shop
from tests.security.alone import servers_alone

ENDLESS = 100_000
UNLIMITED = dict.fromkeys(
    ("api_reads_per_caller", "api_writes_per_caller", "api_tries_per_address",
     "api_codes_per_number", "api_codes_per_address", "api_codes_per_prefix"), ENDLESS,
)  # fmt: skip
"""Limits have tests of their own; here they would answer everything."""
UNSAID = {"msisdn", "cursor", "pin", "client_reference", "url", "refresh_token"}
"""Fields whose rules JSON Schema can't say: numbers that exist, what we sealed, who
must send what."""
REFUSALS = ["2xx", "401", "402", "403", "404", "409", "422"]
SUBSCRIBER, MERCHANT, LEAVING = CALLERS = ("subscriber", "merchant", "leaving")
ENDS = ("/api/auth/sign-out", "/api/auth/sign-ins/{sign_in_id}")
"""What ends the sign-in whose token is asked with; it is tried by one who leaves."""


@dataclass
class Found:
    """What came of asking as one caller."""

    caller: str
    operations: int = 0
    requests: int = 0
    by_status: Counter[int] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)

    def note(self, recorder: Any) -> None:
        """One scenario's requests, and what was wrong with their answers."""
        for interaction in recorder.interactions.values():
            self.requests += 1
            if interaction.response is not None:
                self.by_status[interaction.response.status_code] += 1
        for case_id, checks in recorder.checks.items():
            for check in (one for one in checks if one.failure_info is not None):
                failure = check.failure_info.failure
                asked = recorder.cases[case_id].value.as_curl_command()
                name = f"{recorder.label}: {check.name}: {failure.title}"
                self.failures.setdefault(name, f"{failure.message}\n{asked}")

    def line(self) -> str:
        statuses = ", ".join(f"{status}: {n}" for status, n in sorted(self.by_status.items()))
        return (f"| {self.caller} | {self.operations} | {self.requests} | {statuses} |"
                f" {len(self.failures)} |")  # fmt: skip


@schemathesis.check
def refused_for_a_reason(_: Any, response: Any, case: Any) -> None:
    """What the document allows is refused with 422 only for what it can't say: `errors` names
    fields of UNSAID alone, or the code is of what was wanted."""
    if response.status_code != 422 or not case.meta.generation.mode.is_positive:
        return
    problem = response.json()
    if problem["code"] in {"invalid_body", "invalid_query"}:
        body = case.body if isinstance(case.body, dict) else {}
        reals = {name for name, value in body.items() if isinstance(value, float)}
        assert set(problem.get("errors", ("_body",))) <= UNSAID | reals, problem


@dataclass(frozen=True)
class Effort:
    """Examples for each operation; `thorough`: also what coverage asks for, and chains."""

    examples: int
    thorough: bool = True
    seed: int = 1

    def config(self, bearer: str) -> schemathesis.Config:
        return schemathesis.Config.from_dict({
            "seed": self.seed,
            "headers": {"Authorization": f"Bearer {bearer}"},
            "generation": {"max-examples": self.examples, "no-shrink": True, "database": "none"},
            "checks": {"positive_data_acceptance": {"expected-statuses": REFUSALS}},
            "phases": {
                "coverage": {"enabled": self.thorough}, "stateful": {"enabled": self.thorough},
            },
            "continue-on-failure": True,
            "warnings": False,
            "cache": {"enabled": False},
        })  # fmt: skip


def trial(service: Service, shop: Shop, effort: Effort) -> Iterator[Found]:
    """Ask as each caller everything it may."""
    for caller in CALLERS:
        bearer = shop.key(per_minute=MOST_PER_MINUTE)
        if caller != MERCHANT:
            bearer = service.signed_in(service.world.subscriber(naira(10_000))).access
        with served(service.app) as url:
            schema = schemathesis.openapi.from_url(
                f"{url}/api/openapi.json", config=effort.config(bearer)
            )
            yield _asked(schema.include(_part_of(caller)), caller)


def _part_of(caller: str) -> Callable[[Any], bool]:
    """Which operations the caller is to try."""

    def opens(context: Any) -> bool:
        operation = context.operation
        schemes = [name for one in operation.definition.raw["security"] for name in one]
        leaves = operation.path in ENDS and operation.method.lower() != "get"
        if caller == LEAVING:
            return leaves
        return not leaves and (caller in schemes if schemes else caller == SUBSCRIBER)

    return opens


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of its own, and its URL."""
    server = make_server("127.0.0.1", 0, app, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Silent(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        """Nothing."""


def _asked(schema: Any, caller: str) -> Found:
    found = Found(caller, sum(1 for _ in schema.get_all_operations()))
    for event in from_schema(schema).execute():
        if isinstance(event, events.ScenarioFinished):
            found.note(event.recorder)
        elif isinstance(event, events.NonFatalError):
            found.failures.setdefault(f"{event.label}: error", str(event.value))
        elif isinstance(event, events.FatalError):
            raise event.exception
    return found


@contextmanager
def people(db: Database, redis_url: str) -> Iterator[tuple[Service, Shop]]:
    """The API in front of a world whose vendor delivers everything, without limits, and a
    merchant."""
    clock = FixedClock()
    world = World(db, clock, {"first": ScriptedVendor(clock, "first")})
    shop = Shop(world)
    service = make_service(world, redis_url, **UNLIMITED)
    yield service, shop
    service.close()


def main() -> int:
    """Exit code 1 when anything failed."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--examples", type=int, default=100)
    ask.add_argument("--seed", type=int, default=1)
    wanted = ask.parse_args()
    failed = False
    with servers_alone("trial") as (db, redis_url), people(db, redis_url) as (service, shop):
        print("| caller | operations | requests | answers | failures |\n|---|---|---|---|---|")
        for found in trial(service, shop, Effort(wanted.examples, seed=wanted.seed)):
            print(found.line(), flush=True)
            failed |= bool(found.failures)
            for name, said in found.failures.items():
                print(f"{name}\n{said}\n", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
