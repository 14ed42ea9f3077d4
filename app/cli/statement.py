"""`nexustop statement MSISDN`: a wallet's movements between two days, as text, CSV or PDF."""

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from app.services.statement import Statement

HELP = "a wallet's movements between two days, as text, CSV or PDF"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose, from when to when, in which form."""
    today = datetime.now(UTC).date()
    parser.add_argument("msisdn", help="e.g. +2348030000001")
    for name, at, default in (("--from", "first", today - timedelta(30)), ("--to", "last", today)):
        parser.add_argument(
            name, dest=at, type=date.fromisoformat, default=default,
            help=f"{at} day, YYYY-MM-DD, in the subscriber's own zone",
        )  # fmt: skip
    parser.add_argument("--format", choices=["text", "csv", "pdf"], default="text")
    parser.add_argument("--out", type=Path, help="a file; else standard output (not for pdf)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when there is no such subscriber."""
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.cure_pin import NoSuchSubscriber
    from app.services.statement import statement

    if arguments.format == "pdf" and arguments.out is None:
        print("a PDF needs --out FILE", file=sys.stderr)
        return 2
    try:
        msisdn = parse_msisdn(arguments.msisdn)
        found = statement(parts().context, msisdn, arguments.first, arguments.last)
    except (NotAnMsisdn, NoSuchSubscriber):
        print(f"nobody is registered as {arguments.msisdn}", file=sys.stderr)
        return 1
    if arguments.format == "pdf":
        from app.services.print_statement import pdf

        arguments.out.write_bytes(pdf(found))
    elif arguments.out is None:
        _write(found, arguments.format, sys.stdout)
    else:
        with arguments.out.open("w", newline="") as file:
            _write(found, arguments.format, file)
    return 0


def _write(found: "Statement", form: str, out: TextIO) -> None:
    if form == "csv":
        from app.services.statement_csv import write_csv

        write_csv(found, out)
        return
    out.write(f"{found.msisdn}, {found.first} to {found.last}, times of {found.timezone.key}\n")
    out.write(f"{'opening balance':<50}{found.opening!s:>36}\n")
    for line in found.lines:
        at = f"{line.at.astimezone(found.timezone):%Y-%m-%d %H:%M:%S}"
        out.write(
            f"{at}  {line.kind:<12}{line.reference:<26}{line.amount!s:>18}{line.balance!s:>18}"
            f"{f'  for {line.sold}' if line.sold else ''}\n"
        )
    out.write(f"{'closing balance':<50}{found.closing!s:>36}\n")
