"""`python -m tests.security.timing [--rounds N]`: can a stranger tell by the clock who is known?

At three doors requests for known and unknown people alternate, in an order that a seed draws, in
one process on a database of their own. Medians are compared, and a rank test (Mann-Whitney, normal
approximation) says how likely such a difference is by chance. Exit code 1 when a difference is
both unlikely by chance and large enough to be seen over a network. Times are this machine's: no
test of the suite asserts them. Results are kept in docs/security-trials.md.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from app.domain.msisdn import Msisdn
from tests.api.client import Service, make_service
from tests.backoffice.site import PASSWORD, Site, make_site
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.security.alone import servers_alone

UNLIKELY = 0.001
SEEN_MS = 1.0
"""A difference of the medians that a few hundred requests over a network might show."""
_PEOPLE = 40
_TRIES = 4
"""Of one name: one less than locks it, so that each does the whole work."""
_WIDE = {
    "api_codes_per_number": 100_000, "api_codes_per_address": 100_000,
    "api_codes_per_prefix": 100_000, "api_tries_per_address": 100_000,
}  # fmt: skip


@dataclass
class Trial:
    """One door: milliseconds by kind, and every different answer that was given to each."""

    door: str
    known: list[float] = field(default_factory=list)
    unknown: list[float] = field(default_factory=list)
    answers: dict[str, set[tuple[int, bytes]]] = field(
        default_factory=lambda: {"known": set(), "unknown": set()}
    )

    def row(self) -> str:
        known, unknown = statistics.median(self.known), statistics.median(self.unknown)
        same = "same" if self.answers["known"] == self.answers["unknown"] else "DIFFERENT"
        return (
            f"| {self.door} | {len(self.known)} + {len(self.unknown)} | {known:.2f} |"
            f" {unknown:.2f} | {known - unknown:+.2f} | {rank_test(self.known, self.unknown):.3f} |"
            f" {same} |"
        )

    @property
    def tells(self) -> bool:
        """Could somebody tell the two apart?"""
        apart = abs(statistics.median(self.known) - statistics.median(self.unknown)) > SEEN_MS
        by_clock = apart and rank_test(self.known, self.unknown) < UNLIKELY
        return by_clock or self.answers["known"] != self.answers["unknown"]


def rank_test(one: list[float], other: list[float]) -> float:
    """How likely ranks so unlike are by chance, two-sided (Mann-Whitney, without ties)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(rank for rank, (_, kind) in enumerate(ranked, start=1) if kind == 0)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    deviation = (n * m * (n + m + 1) / 12) ** 0.5
    return 2 * (1 - statistics.NormalDist().cdf(abs(u - n * m / 2) / deviation))


def alternate(
    door: str, known: list[str], unknown: list[str], ask: Callable[[str], tuple[int, bytes]]
) -> Trial:
    """Each name in turn, a known and an unknown one as a pair whose order is drawn."""
    trial, draw = Trial(door), random.Random(1)
    for _ in range(_TRIES):
        for pair in zip(known, unknown, strict=True):
            kinds = [("known", pair[0]), ("unknown", pair[1])]
            draw.shuffle(kinds)
            for kind, name in kinds:
                began = time.perf_counter()
                answer = ask(name)
                took = (time.perf_counter() - began) * 1000
                getattr(trial, kind).append(took)
                trial.answers[kind].add(answer)
    return trial


def trials(world: World, service: Service, site: Site, rounds: int) -> Iterator[Trial]:
    people = _PEOPLE * rounds
    known = [world.subscriber() for _ in range(people)]
    unknown = [Msisdn(f"+2348099{number:06d}") for number in range(people)]

    def post(path: str, **body: str) -> tuple[int, bytes]:
        answer = service.post(path, body)
        return answer.status_code, answer.data

    yield alternate(
        "`POST /api/auth/otp`", list(known), list(unknown),
        lambda msisdn: post("/api/auth/otp", msisdn=msisdn),
    )  # fmt: skip
    yield alternate(
        "`POST /api/auth/token`, wrong code", list(known), list(unknown),
        lambda msisdn: post("/api/auth/token", msisdn=msisdn, code="000000"),
    )  # fmt: skip
    staff = [site.someone("support", new=True).name for _ in range(people)]
    nobody = [f"nobody{number}@nexustop.example" for number in range(people)]
    browser = site.browser()
    token = browser.csrf()

    def sign_in(name: str) -> tuple[int, bytes]:
        answer = browser.post("/backoffice/sign-in", token, name=name, password=f"not {PASSWORD}")
        said = answer.data.replace(name.encode(), b"")
        return answer.status_code, said.split(b"<form", 1)[0]

    yield alternate("`POST /backoffice/sign-in`, wrong password", staff, nobody, sign_in)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="times forty people of each kind")
    rounds = parser.parse_args().rounds
    told = False
    print("| door | requests | known, ms | unknown, ms | difference | by chance | answers |")
    print("|---|---|---|---|---|---|---|")
    with servers_alone("timing") as (db, redis_url):
        world = World(db, FixedClock())
        service = make_service(world, redis_url, **_WIDE)
        site = make_site(world, redis_url, tries="100000 per minute")
        for trial in trials(world, service, site, rounds):
            print(trial.row(), flush=True)
            told = told or trial.tells
        service.close()
        site.close()
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
