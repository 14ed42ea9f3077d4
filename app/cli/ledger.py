"""`nexustop ledger verify`."""

import argparse

HELP = "verify: recompute every balance and compare everything that must agree"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb."""
    parser.add_argument("verb", choices=["verify"])


def run(_: argparse.Namespace) -> int:
    """Print what differs; exit code 1 when anything does."""
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
