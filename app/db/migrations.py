"""Migrations, run by `nexustop db` and by the supervisor before anything else starts."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


def configuration(owner_url: str) -> Config:
    """Alembic's configuration, built here: there is no ini file to keep in step."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["url"] = owner_url
    return config


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Bring the database up to `revision`."""
    command.upgrade(configuration(owner_url), revision)


def downgrade(owner_url: str, revision: str) -> None:
    """Take the database down to `revision` (`base` empties it)."""
    command.downgrade(configuration(owner_url), revision)


def current(owner_url: str) -> str | None:
    """The revision the database is at."""
    engine = create_engine(_driver(owner_url))
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


@cache
def newest() -> str | None:
    """The revision this program expects."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def _driver(url: str) -> str:
    return "postgresql+psycopg2://" + url.split("://", 1)[1]
