"""`nexustop ledger`: verify, export, and corrections by two people."""

import argparse
import sys
from pathlib import Path

from app.cli.signing_in import add_actor, signed_in

HELP = "verify: recompute every balance; export: for beancount; adjust, reverse: by two people"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Four verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("verify", help="print what differs; exit code 1 when anything does")
    export = verbs.add_parser("export", help="the whole ledger of one moment, for another program")
    export.add_argument("--format", choices=["beancount"], default="beancount")
    export.add_argument("--out", type=Path, help="a file; else standard output")
    adjust = verbs.add_parser("adjust", help="ask to put money into a wallet, or take it out")
    adjust.add_argument("msisdn")
    adjust.add_argument("amount_minor", type=int, help="in kobo, cents, ...; below zero takes out")
    adjust.add_argument("--of", default="", metavar="REFERENCE", help="the transaction it corrects")
    reverse = verbs.add_parser("reverse", help="ask to reverse a transaction")
    reverse.add_argument("reference", help="of the ledger, e.g. cashin:7K3F9Q")
    for verb in (adjust, reverse):
        verb.add_argument("--reason", required=True, help="kept with the correction")
        add_actor(verb)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when verify finds a difference, or when a correction is refused."""
    if arguments.verb in {"adjust", "reverse"}:
        return _correct(arguments)
    return _export(arguments.out) if arguments.verb == "export" else _verify()


def _correct(arguments: argparse.Namespace) -> int:
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.correct_books import ask_adjustment, ask_reversal
    from app.services.staff_refused import StaffRefused

    context, reason = parts().context, arguments.reason
    try:
        actor = signed_in(context, arguments.actor)
        if arguments.verb == "adjust":
            msisdn = parse_msisdn(arguments.msisdn)
            ticket = ask_adjustment(
                context, msisdn, arguments.amount_minor, arguments.of, reason, actor
            )
        else:
            ticket = ask_reversal(context, arguments.reference, reason, actor)
    except NotAnMsisdn:
        print(f"{arguments.msisdn} is not a phone number", file=sys.stderr)
        return 1
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"asked for: another member of staff must approve {ticket} (nexustop approval)")
    return 0


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
