"""`nexustop ledger verify` and `ledger export`."""

import argparse
import sys
from pathlib import Path

HELP = "verify: recompute every balance, compare everything that must agree; export: for beancount"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("verify", help="print what differs; exit code 1 when anything does")
    export = verbs.add_parser("export", help="the whole ledger of one moment, for another program")
    export.add_argument("--format", choices=["beancount"], default="beancount")
    export.add_argument("--out", type=Path, help="a file; else standard output")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when verify finds a difference."""
    return _export(arguments.out) if arguments.verb == "export" else _verify()


def _verify() -> int:
    from app.bootstrap import parts
    from app.services.verify_ledger import verify_ledger

    verdict = verify_ledger(parts().db)
    for difference in verdict.differences:
        print(difference)
    print(
        f"{verdict.transactions} transactions, {verdict.postings} postings, "
        f"{verdict.accounts} accounts: "
        + (f"{len(verdict.differences)} differences" if verdict.differences else "all agree")
    )
    return 1 if verdict.differences else 0


def _export(out: Path | None) -> int:
    from app.bootstrap import parts
    from app.services.export_ledger import beancount

    lines = (f"{line}\n" for line in beancount(parts().db))
    if out is None:
        sys.stdout.writelines(lines)
        return 0
    with out.open("w") as file:
        file.writelines(lines)
    return 0
