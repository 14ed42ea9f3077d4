"""`nexustop audit`: verify, anchor."""

import argparse
import sys
from pathlib import Path

HELP = "verify: recompute the audit chain; anchor: write its head to outside the database"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verify = verbs.add_parser("verify", help="print what differs; exit code 1 when anything does")
    verify.add_argument(
        "--anchor", type=Path, metavar="FILE",
        help="a file or folder of anchors; else AUDIT_ANCHOR_FILE, when it is set",
    )  # fmt: skip
    anchor = verbs.add_parser("anchor", help="write the chain's head")
    anchor.add_argument(
        "--out", required=True, metavar="FILE",
        help="a file to add a line to, a folder to add a file to, or - for standard output",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something differs, or a file can't be read or written."""
    try:
        return _verify(arguments.anchor) if arguments.verb == "verify" else _anchor(arguments.out)
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


def _verify(place: Path | None) -> int:
    from app.bootstrap import parts
    from app.services.keep_audit_chain import verify_chain

    made = parts(threads=1)
    verdict = verify_chain(made.db, made.clock, place or made.settings.audit_anchor_file)
    for difference in verdict.differences:
        print(difference)
    found = len(verdict.differences)
    print(f"{verdict.entries} entries: " + (f"{found} differences" if found else "all agree"))
    return 1 if found else 0


def _anchor(out: str) -> int:
    from app.bootstrap import parts
    from app.services.anchor_audit import audit_head
    from app.services.keep_audit_chain import anchor_chain

    made = parts(threads=1)
    head = audit_head(made.db) if out == "-" else anchor_chain(made.db, made.clock, Path(out))
    if head is None:
        print("nothing was audited yet: there is nothing to anchor", file=sys.stderr)
        return 1
    print(head)
    return 0
