"""`nexustop worker`."""

import argparse

HELP = "run jobs: vending, re-queries, SMS"


def add_arguments(_: argparse.ArgumentParser) -> None:
    """It takes everything from the settings."""


def run(_: argparse.Namespace) -> int:
    """Work until asked to stop."""
    from setproctitle import setproctitle

    from app.bootstrap import parts
    from app.observability.logging import configure
    from workers.worker import run as work

    setproctitle("nexustop-worker")
    configure()
    return work(parts(threads=24))
