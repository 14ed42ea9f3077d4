"""`nexustop funnel`: which screens sessions reach, and where they are left."""

import argparse
import re
from datetime import UTC, date, datetime, timedelta

HELP = "[--since 7d] [--by gateway|language|network]: screens reached, and where sessions are left"
_COLUMNS = {"gateway": "channel", "language": "language", "network": "network"}
_HEAD = ("screen", "reached", "left there", "share")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """From when on, and what the table is split by."""
    parser.add_argument(
        "--since", type=since, default="7d", help="days back (7d) or a date (2026-03-01), UTC"
    )
    parser.add_argument("--by", choices=_COLUMNS, help="a table for each")


def since(text: str) -> date:
    """The first day that counts. Raises ArgumentTypeError."""
    back = re.fullmatch(r"(?a:(\d{1,4})d)", text)
    if back:
        return datetime.now(UTC).date() - timedelta(days=int(back[1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither 7d nor 2026-03-01") from None


def run(arguments: argparse.Namespace) -> int:
    """Print it; `share` is the part of those who reached a screen that were left there."""
    from app.bootstrap import parts
    from app.db import funnel

    made = parts(threads=1)
    with made.db.statement() as tx:
        by = _COLUMNS.get(arguments.by)
        rows = funnel.screens(tx, arguments.since, made.clock.now(), by)  # type: ignore[arg-type]
    if not rows:
        print(f"no session since {arguments.since}")
        return 0
    for split in dict.fromkeys(row[0] for row in rows):
        if arguments.by:
            print(f"{arguments.by}: {_named(arguments.by, split)}")
        print(_line(*_HEAD))
        for of, screen, reached, left in rows:
            if of == split:
                print(_line(screen, f"{reached:,}", f"{left:,}", f"{left / reached:.0%}"))
    return 0


def _line(screen: str, reached: str, left: str, share: str) -> str:
    return f"{screen:<26}{reached:>12}{left:>12}{share:>7}"


def _named(by: str, value: str) -> str:
    """A network by its operator's name, where the code is one we know."""
    from app.domain.operators import OPERATORS

    if by == "network":
        for operator in OPERATORS.values():
            if value in operator.network_codes:
                return f"{operator.name} {operator.country} ({value})"
    return value or "not known"
