"""`nexustop catalogue`: what is sold, and what each vendor wants for it."""

import argparse
import sys
from typing import TYPE_CHECKING

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

if TYPE_CHECKING:
    from app.bootstrap import Parts

HELP = "sync [PROVIDER ...], changes, accept N, decline N, list OPERATOR, export: what is sold"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A verb each for asking vendors, for what waits, and for looking."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    sync = verbs.add_parser("sync", help="take over what vendors list now")
    sync.add_argument("providers", nargs="*", help="e.g. vtpass; none: all in use")
    verbs.add_parser("changes", help="costs that moved so far that a person looks first")
    for name, said in (("accept", "pay the new cost"), ("decline", "don't buy it there")):
        verb = verbs.add_parser(name, help=said)
        verb.add_argument("change", type=int, help="its number in `catalogue changes`")
        add_actor(verb)
    shown = verbs.add_parser("list", help="an operator's data plans and prices")
    shown.add_argument("operator", help="e.g. mtn-ng")
    export = verbs.add_parser("export", help="all offers as CSV, the form of the sample")
    export.add_argument("providers", nargs="*")


def run(arguments: argparse.Namespace) -> int:
    """Do it; exit code 1 when a vendor's list couldn't be had."""
    from app.bootstrap import parts
    from app.services.sample_catalogue import export
    from app.services.staff_refused import StaffRefused
    from app.services.sync_catalogue import (
        NoSuchChange,
        accept_change,
        decline_change,
        list_changes,
    )

    made = parts()
    vending = made.vending
    try:
        match arguments.verb:
            case "sync":
                return _sync(made, arguments.providers or list(made.vendors))
            case "changes":
                for row in list_changes(vending):
                    print(f"{row.id}  {row.provider}  {row.operator} {row.product}: {row.was} ->"
                          f" {row.now}, seen {row.seen_at:%Y-%m-%d %H:%M}")  # fmt: skip
            case "list":
                _list(made, arguments.operator)
            case "export":
                print(export(vending, arguments.providers or list(vending.providers)), end="")
            case _:
                actor = signed_in(made.context, arguments.actor, Right.MANAGE_CATALOGUE)
                act = accept_change if arguments.verb == "accept" else decline_change
                change = act(vending, arguments.change, actor)
                print(
                    f"{change.operator} {change.product}: {arguments.verb}ed of {change.provider}"
                )
    except NoSuchChange:
        print(f"no change {arguments.change} waits", file=sys.stderr)
        return 1
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _sync(made: "Parts", names: list[str]) -> int:
    from app.ports.catalogue import CatalogueUnavailable
    from app.services.sync_catalogue import sync_catalogue

    code = 0
    for name in names:
        if name not in made.vendors:
            print(f"{name}: isn't in use", file=sys.stderr)
            code = 1
            continue
        try:
            done = sync_catalogue(made.vending, name, made.vendors[name])
        except CatalogueUnavailable as error:
            print(f"{name}: {error}; nothing was changed", file=sys.stderr)
            code = 1
            continue
        print(f"{name}: {done.offered} offered ({done.new} new), {done.withdrawn} withdrawn,"
              f" {done.repriced} prices set, {len(done.waiting)} changes wait,"
              f" {done.left_out} lines left out")  # fmt: skip
    return code


def _list(made: "Parts", operator: str) -> None:
    from app.db import catalogue

    vending = made.vending
    with vending.db.statement() as tx:
        plans = catalogue.plans(
            tx, operator, vending.providers, vending.clock.now(), samples=not vending.live
        )
    for plan in plans:
        print(f"{plan.code:<22}{plan.size_mb:>8} MB {plan.validity_days:>4} d  {plan.price}")
