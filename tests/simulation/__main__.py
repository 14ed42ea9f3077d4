"""`python -m tests.simulation --seed N --steps N`: exit code 0 only when every invariant held."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from app.db import migrations
from app.db.engine import Database
from app.launcher import database as embedded
from app.launcher.children import Child
from app.launcher.servers import prepare
from tests.factories.world import World
from tests.fakes.clock import FixedClock
from tests.simulation.simulation import InvariantBroken, Simulation


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=2_000)
    arguments = parser.parse_args()
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
            db = Database(layout.program_url)
            simulation = Simulation(World(db, FixedClock()), arguments.seed)
            simulation.run(arguments.steps)
            db.dispose()
        except InvariantBroken as broken:
            print(f"BROKEN: {broken}", file=sys.stderr)
            return 1
        finally:
            postgres.ask_to_stop()
            postgres.end_by(time.monotonic() + 8)
    print(f"seed {arguments.seed}: {arguments.steps} steps, every invariant held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
