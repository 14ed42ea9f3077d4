"""Runs migrations as the owner, each in its own transaction, never waiting long for a lock."""

from alembic import context
from sqlalchemy import create_engine, text

LOCK_TIMEOUT = "4s"
STATEMENT_TIMEOUT = "60s"


def run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine("postgresql+psycopg2://" + url.split("://", 1)[1])
    with engine.connect() as connection:
        connection.execute(text(f"set lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.execute(text(f"set statement_timeout = '{STATEMENT_TIMEOUT}'"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
