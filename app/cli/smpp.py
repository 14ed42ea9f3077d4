"""`nexustop smpp`."""

import argparse

HELP = "carry SMS and USSD to and from an operator's SMSC (SMPP 3.4)"


def add_arguments(_: argparse.ArgumentParser) -> None:
    """It takes everything from the settings."""


def run(_: argparse.Namespace) -> int:
    """Work until asked to stop."""
    from setproctitle import setproctitle

    from app.bootstrap import parts
    from app.observability.logging import configure
    from workers.smpp import run as work

    setproctitle("nexustop-smpp")
    configure()
    return work(parts(threads=20))
