"""`nexustop scheduler`."""

import argparse

HELP = "relay the outbox, sweep what is overdue, run the regular jobs"


def add_arguments(_: argparse.ArgumentParser) -> None:
    """It takes everything from the settings."""


def run(_: argparse.Namespace) -> int:
    """Work until asked to stop."""
    from setproctitle import setproctitle

    from app.bootstrap import parts
    from app.observability.logging import configure
    from workers.schedule import run as work

    setproctitle("nexustop-scheduler")
    configure()
    return work(parts(threads=8))
