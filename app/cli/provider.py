"""`nexustop provider`: which vending providers are in use."""

import argparse
import sys
from typing import TYPE_CHECKING

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

if TYPE_CHECKING:
    from app.services.vending_context import VendingContext

HELP = "list, items; stop, start, confirm, float NAME: the vending providers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Looking, and what staff set."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="how each stands")
    items = verbs.add_parser("items", help="what is still to be confirmed with its vendor")
    items.add_argument("name", help="e.g. vtpass")
    for name, said in (
        ("stop", "sell nothing through it"),
        ("start", "sell through it again"),
        ("confirm", "its vendor has confirmed an item"),
        ("float", "when staff are called, and when nothing is sold through it"),
    ):
        verb = verbs.add_parser(name, help=said)
        verb.add_argument("name", help="e.g. vtpass")
        if name == "confirm":
            verb.add_argument("item", help="what the vendor confirmed")
        if name == "float":
            verb.add_argument("--alarm", type=int, required=True, help="below, in minor units")
            verb.add_argument("--stop", type=int, required=True, help="below, in minor units")
        reason = "the vendor's answer" if name == "confirm" else "kept in the audit log"
        verb.add_argument("--reason", required=True, help=reason)
        add_actor(verb)


def run(arguments: argparse.Namespace) -> int:
    """Do it and print how every provider stands, or say why not."""
    from app.bootstrap import parts
    from app.services.run_providers import open_items
    from app.services.staff_refused import StaffRefused
    from app.services.watch_providers import NoSuchProvider, list_providers

    made = parts()
    try:
        if arguments.verb == "items":
            print("\n".join(open_items(made.vending, arguments.name)) or "nothing is open")
            return 0
        if arguments.verb != "list":
            actor = signed_in(made.context, arguments.actor, Right.MANAGE_ROUTES)
            _act(made.vending, arguments, actor)
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    except NoSuchProvider:
        known = ", ".join(made.vending.providers)
        print(f"no provider {arguments.name!r}; there are {known}", file=sys.stderr)
        return 1
    for line in list_providers(made.vending):
        print(line)
    return 0


def _act(vending: "VendingContext", arguments: argparse.Namespace, actor: str) -> None:
    from app.services.run_providers import set_float_limits, tick_item
    from app.services.watch_providers import start_provider, stop_provider

    name, reason = arguments.name, arguments.reason
    match arguments.verb:
        case "stop":
            stop_provider(vending, name, actor, reason)
        case "start":
            start_provider(vending, name, actor, reason)
        case "confirm":
            tick_item(vending, name, arguments.item, actor, reason)
        case "float":
            set_float_limits(vending, name, arguments.alarm, arguments.stop, actor, reason)
