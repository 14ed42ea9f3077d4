"""`nexustop settings`: whether the settings can be used, and where each comes from."""

import argparse

HELP = "check: every problem of the settings, or where each of them comes from; never a value"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb."""
    parser.add_argument("verb", choices=["check"])


def run(_: argparse.Namespace) -> int:
    """Problems are told as at the start of any process (exit code 2)."""
    from app.bootstrap import sources

    for name, origin in sources():
        print(f"{name:<36} {origin}")
    return 0
