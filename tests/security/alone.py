"""Servers for a trial that is run by hand."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.db import migrations
from app.db.engine import Database
from app.launcher import database as embedded
from app.launcher.children import Child
from app.launcher.servers import prepare


@contextmanager
def servers_alone(what: str) -> Iterator[tuple[Database, str]]:
    """A database with the newest migration and a Valkey's URL, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=f"nexustop-{what}-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        layout = prepare(folder, fast=True)
        children = [Child(layout.postgres), Child(layout.valkey)]
        for child in children:
            child.start()
        try:
            embedded.wait_for_postgres(layout)
            embedded.wait_for_valkey(layout)
            embedded.create_roles_and_database(layout)
            migrations.upgrade(layout.owner_url)
            db = Database(layout.program_url, pool_size=4)
            yield db, layout.redis_url
            db.dispose()
        finally:
            for child in children:
                child.ask_to_stop()
            for child in children:
                child.end_by(time.monotonic() + 8)
