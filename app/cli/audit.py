"""`nexustop audit verify`."""

import argparse

HELP = "verify: recompute the audit chain"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One verb."""
    parser.add_argument("verb", choices=["verify"])


def run(_: argparse.Namespace) -> int:
    """Print entries that were changed or follow a removed one; exit code 1 when there are any."""
    from app.bootstrap import parts
    from app.security.audit import broken_entries, count_entries

    with parts().db.transaction() as tx:
        broken, entries = broken_entries(tx), count_entries(tx)
    for entry in broken:
        print(f"entry {entry} isn't what its digest says, or follows one that was removed")
    print(f"{entries} entries: " + (f"{len(broken)} broken" if broken else "the chain holds"))
    return 1 if broken else 0
