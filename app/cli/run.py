"""`nexustop run`: the whole system on this machine, in the foreground."""

import argparse

HELP = "the whole system with embedded servers and the vendors' sandbox, in the foreground"


def add_arguments(_: argparse.ArgumentParser) -> None:
    """It takes everything from the environment."""


def run(_: argparse.Namespace) -> int:
    """Until Ctrl-C or SIGTERM."""
    from app.launcher.supervise import supervise

    return supervise()
