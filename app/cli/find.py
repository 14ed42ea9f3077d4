"""`nexustop find REFERENCE`: what a receipt's reference belongs to, and what it moved."""

import argparse
import sys

HELP = "what a reference on a receipt belongs to, and every posting made under it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The reference."""
    parser.add_argument("reference", help="six characters, as on the receipt")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when nothing has this reference."""
    from app.bootstrap import parts
    from app.services.find_reference import find_reference

    reference = arguments.reference.strip().upper()
    finding = find_reference(parts().db, reference)
    for thing in finding.things:
        print(
            f"{thing.what} {reference}: {thing.amount or ''} {thing.msisdn or 'nobody we know'},"
            f" {thing.state}, {thing.at:%Y-%m-%d %H:%M:%S} UTC"
        )
    for at, name, account, amount in finding.postings:
        print(f"  {at:%Y-%m-%d %H:%M:%S}  {name:<24} {account:<24} {amount!s:>20}")
    if not finding.things:
        print(f"nothing has the reference {reference}", file=sys.stderr)
        return 1
    return 0
