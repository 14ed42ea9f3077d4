"""`nexustop ledger`: verify, anchor, trial-balance, export, and corrections by two people."""

import argparse
import sys
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

HELP = "verify, anchor, trial-balance; export: for beancount; adjust, reverse: by two people"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Four verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="print what differs; exit code 1 when anything does")
    verify.add_argument(
        "--anchor", type=Path, metavar="FILE",
        help="a file or folder of anchors, each of which must be in the chain",
    )  # fmt: skip
    anchor = verbs.add_parser("anchor", help="seal what was posted and write the chain's head")
    anchor.add_argument(
        "--out", required=True, metavar="FILE",
        help="a file to add a line to, a folder to add a file to, or - for standard output",
    )  # fmt: skip
    trial = verbs.add_parser("trial-balance", help="what moved on a day and where it left us")
    trial.add_argument("--date", type=date.fromisoformat, help="YYYY-MM-DD; else today so far")
    trial.add_argument("--zone", type=_zone, default=UTC, help="e.g. Africa/Lagos; else UTC")
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
    """Exit code 1 when something differs, a correction is refused, or a file can't be read or
    written."""
    try:
        match arguments.verb:
            case "adjust" | "reverse":
                return _correct(arguments)
            case "verify":
                return _verify(arguments.anchor)
            case "anchor":
                return _anchor(arguments.out)
            case "trial-balance":
                return _trial_balance(arguments.date, arguments.zone)
            case _:
                return _export(arguments.out)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


def _correct(arguments: argparse.Namespace) -> int:
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.correct_books import ask_adjustment, ask_reversal
    from app.services.staff_refused import StaffRefused

    context, reason = parts().context, arguments.reason
    try:
        actor = signed_in(context, arguments.actor, Right.ASK_ADJUSTMENT)
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


def _verify(anchors: Path | None) -> int:
    from app.bootstrap import parts
    from app.services.check_books import check_books

    made = parts(threads=2)
    verdict = check_books(
        made.db, made.clock, anchors, lambda text: print(text, file=sys.stderr)
    )  # fmt: skip
    for difference in verdict.differences:
        print(difference)
    print(
        f"{verdict.transactions} transactions, {verdict.postings} postings, "
        f"{verdict.accounts} accounts: "
        + (f"{len(verdict.differences)} differences" if verdict.differences else "all agree")
    )
    return 1 if verdict.differences else 0


def _anchor(out: str) -> int:
    from app.bootstrap import parts
    from app.services.anchor_ledger import anchor_ledger, chain_head

    db = parts(threads=1).db
    head = chain_head(db) if out == "-" else anchor_ledger(db, Path(out))
    if head is None:
        print("nothing was posted yet: there is nothing to anchor", file=sys.stderr)
        return 1
    print(head)
    return 0


def _trial_balance(day: date | None, zone: tzinfo) -> int:
    from app.bootstrap import parts
    from app.services.trial_balance import trial_balance

    day = day or datetime.now(zone).date()
    shown = trial_balance(parts(threads=1).db, day, zone)
    print(f"{day} {zone}, " + ("as taken after its end" if shown.taken else "as it stands now"))
    print(f"{'account':<18}{'':<5}{'out':>22}{'in':>22}{'balance':>22}")
    sums: dict[str, list[int]] = {}
    for (kind, currency), by_end in sorted(shown.by_end.of.items(), key=lambda row: row[0][::-1]):
        during = shown.during[(kind, currency)]
        row = [during.debit_minor, during.credit_minor, by_end.balance_minor]
        _print_row(kind, currency, row)
        sums[currency] = [a + b for a, b in zip(sums.get(currency, [0, 0, 0]), row, strict=True)]
    for currency, row in sums.items():
        _print_row("all", currency, row)
    return 1 if shown.by_end.over() else 0


def _print_row(kind: str, currency: str, amounts: list[int]) -> None:
    from app.domain.money import Money

    shown = [str(Money(minor, currency)).split(" ")[1] for minor in amounts]
    print(f"{kind:<18}{currency:<5}" + "".join(f"{text:>22}" for text in shown))


def _export(out: Path | None) -> int:
    from app.bootstrap import parts
    from app.services.export_ledger import beancount

    lines = (f"{line}\n" for line in beancount(parts(threads=1).db))
    if out is None:
        sys.stdout.writelines(lines)
        return 0
    with out.open("w") as file:
        file.writelines(lines)
    return 0


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError):
        raise argparse.ArgumentTypeError(f"{name} is not a time zone like Africa/Lagos") from None
