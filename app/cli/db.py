"""`nexustop db`: migrations."""

import argparse

HELP = "bring the database up or down: upgrade, downgrade, current"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb, and for a downgrade how far."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("upgrade", help="to the newest revision")
    down = verbs.add_parser("downgrade", help="to an older revision; data of newer ones is lost")
    down.add_argument("revision", help="e.g. 0002_subscribers, or base for an empty database")
    verbs.add_parser("current", help="print the revision the database is at")


def run(arguments: argparse.Namespace) -> int:
    """Migrate as the owner (MIGRATION_DATABASE_URL)."""
    from app.bootstrap import KNOWN_PROVIDERS, PAYMENT_PROVIDERS, parts
    from app.db import migrations
    from app.services.open_books import open_books

    made = parts()
    url = made.settings.owner_database_url
    if arguments.verb == "upgrade":
        migrations.upgrade(url)
        open_books(made.db, KNOWN_PROVIDERS, PAYMENT_PROVIDERS)
    elif arguments.verb == "downgrade":
        migrations.downgrade(url, arguments.revision)
    print(f"database at {migrations.current(url) or 'base'}, program at {migrations.newest()}")
    return 0
