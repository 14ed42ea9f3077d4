"""`python -m tests.simulation --seed N --steps N`: exit code 0 only when every invariant held.

A long run is made of episodes, each on a fresh database with a seed of its own, so that a failure
is found again by its seed alone, in seconds.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import psycopg2

from app.db import migrations
from app.launcher import database as embedded
from app.launcher.children import Child
from app.launcher.servers import EmbeddedServers, prepare
from tests.simulation.mortal import MortalDatabase
from tests.simulation.simulation import InvariantBroken, start

EPISODE = 1_000
"""Steps on one database. A seed below SEED_SPAN runs one episode; a longer run derives more."""

SEED_SPAN = 1_000_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2_000)
    arguments = parser.parse_args()
    started, done, deaths = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(prefix="nexustop-simulation-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        layout = prepare(folder, fast=True)
        postgres = Child(layout.postgres)
        postgres.start()
        try:
            embedded.wait_for_postgres(layout)
            embedded.create_roles_and_database(layout)
            migrations.upgrade(layout.owner_url)
            for seed, steps in _episodes(arguments.seed, arguments.steps):
                deaths += _episode(layout, seed, steps)
                done += steps
                print(
                    f"seed {seed}: {steps} steps held ({done} of {arguments.steps},"
                    f" {deaths} deaths, {time.monotonic() - started:.0f} s)",
                    flush=True,
                )
        except InvariantBroken as broken:
            print(f"BROKEN: {broken}", file=sys.stderr)
            print(f"again: make simulate SEED={seed} STEPS={steps}", file=sys.stderr)
            return 1
        finally:
            postgres.ask_to_stop()
            postgres.end_by(time.monotonic() + 8)
    print(f"seed {arguments.seed}: {arguments.steps} steps, every invariant held")
    return 0


def _episodes(seed: int, steps: int) -> list[tuple[int, int]]:
    """(seed, steps) of each episode; the first one has the given seed."""
    lengths = [EPISODE] * (steps // EPISODE) + ([steps % EPISODE] if steps % EPISODE else [])
    return [(seed + SEED_SPAN * place, length) for place, length in enumerate(lengths)]


def _episode(layout: EmbeddedServers, seed: int, steps: int) -> int:
    """Run it on a copy of the migrated database; how often a process died."""
    name = f"episode_{seed}"
    _admin(layout, f"create database {name} owner nexustop_owner template nexustop")
    db = MortalDatabase(layout.program_url.replace("@/nexustop", f"@/{name}"), pool_size=8)
    try:
        simulation = start(db, seed)
        simulation.run(steps)
        return simulation.deaths
    finally:
        db.dispose()
        _admin(layout, f"drop database {name} with (force)")


def _admin(layout: EmbeddedServers, sql: str) -> None:
    connection = psycopg2.connect(embedded.admin_url(layout))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
