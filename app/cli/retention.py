"""`nexustop retention`: what is held, and removing what is past its time."""

import argparse

HELP = "run [--dry-run]: remove what is past its time; table: what is held about a subscriber"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    run_ = verbs.add_parser("run", help="table by table, in small commits")
    verbs.add_parser("table", help="what is held, as docs/data-protection.md has it")
    run_.add_argument("--dry-run", action="store_true", help="only say what would go")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say how many rows of which table."""
    from app.bootstrap import parts
    from app.domain.personal_data_table import held_table
    from app.services.run_retention import run_retention

    if arguments.verb == "table":
        print(held_table())
        return 0
    made = parts()
    for one in run_retention(made.db, made.clock, dry=arguments.dry_run):
        does = "would be" if arguments.dry_run else "were"
        what = "emptied" if one.rule.blank else "deleted"
        kept = f", the oldest is of {one.oldest:%Y-%m-%d}" if one.oldest else ""
        print(f"{one.rule.table:<18} {one.days:>5} days  {one.rows:>9,} {does} {what}{kept}")
    return 0
