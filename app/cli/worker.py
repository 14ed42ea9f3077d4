"""`nexustop worker`."""

import argparse

HELP = "run jobs: vending, re-queries, SMS"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything else comes from the settings."""
    parser.add_argument(
        "--topics", nargs="+", choices=["vend", "ask", "notify", "probe"],
        help="run these jobs only, e.g. to keep SMS apart from vending",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Work until asked to stop."""
    from setproctitle import setproctitle

    from app.bootstrap import parts
    from app.observability.logging import configure
    from workers.worker import run as work

    setproctitle("nexustop-worker")
    configure()
    return work(parts(threads=24), arguments.topics)
