"""`nexustop reconcile`: a provider's statement of a day against our books."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.money import Money

if TYPE_CHECKING:
    from app.services.reconcile import Reconciled

HELP = "compare a provider's statement of a day (by API, or a CSV file) with our books"
_NOTE = (
    "Exit code 0 when the run finished, whatever it found: what differs is a break (nexustop break"
    " list). Exit code 1 when there was no statement, or one that can't be used: nothing was"
    " concluded then."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Provider, day, and a file if there is one."""
    parser.epilog = _NOTE
    parser.add_argument("--provider", required=True, help="e.g. paystack")
    parser.add_argument("--date", required=True, type=_day, metavar="YYYY-MM-DD",
                        help="a calendar day of the provider")  # fmt: skip
    parser.add_argument("--file", type=Path, help="its exported CSV file, instead of its API")


def run(arguments: argparse.Namespace) -> int:
    """Do it and print what was found."""
    from app.bootstrap import parts, statement_file
    from app.ports.statements import StatementUnavailable
    from app.services.reconcile import reconcile

    context = parts().reconciliation
    try:
        if arguments.file is None:
            done = reconcile(context, arguments.provider, arguments.date)
        else:
            file = statement_file(arguments.provider, arguments.file)
            done = reconcile(context, arguments.provider, arguments.date, file, file.digest)
            for what, count in sorted(file.skipped.items()):
                print(f"left out: {count} {what}")
    except StatementUnavailable as error:
        print(f"nothing was concluded: {error}", file=sys.stderr)
        return 1
    _report(done)
    return 0


def _report(done: "Reconciled") -> None:
    found = done.found
    print(f"{done.provider} {done.day}, run {done.run_id}")
    print(f"  lines           {found.lines}, and {found.duplicates} copies of them")
    for currency, (amount, fee) in sorted(found.theirs.items()):
        print(f"  theirs          {Money(amount, currency)}, fees {Money(fee, currency)}")
    for currency, amount in sorted(found.ours.items()):
        print(f"  ours            {Money(amount, currency)}")
    print(f"  matched         {found.matched}")
    for kind in ("missing_here", "missing_there", "amount_differs"):
        print(f"  {kind:<16}{found.kinds.get(kind, 0)}")
    print(f"  credited        {done.credited}")
    print(f"  still open      {found.unsure} orders, {found.waiting} near midnight")
    print(f"  breaks          {found.opened} opened, {found.closed} closed")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a day like 2026-03-01") from None
