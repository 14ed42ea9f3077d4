"""`nexustop provider`: which vending providers are in use."""

import argparse
import getpass
import sys

HELP = "list, stop, start, items, confirm, float NAME: the vending providers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb and provider."""
    parser.add_argument("verb", choices=["list", "stop", "start", "items", "confirm", "float"])
    parser.add_argument("name", nargs="?", default="", help="e.g. vtpass")
    parser.add_argument("item", nargs="?", default="", help="confirm: what the vendor confirmed")
    parser.add_argument("--reason", default="", help="kept in the audit log; confirm: the answer")
    parser.add_argument("--alarm", type=int, default=0, help="float: call staff below, minor units")
    parser.add_argument("--stop", type=int, default=0, help="float: sell nothing below")


def run(arguments: argparse.Namespace) -> int:
    """Do it and print how every provider stands."""
    from app.bootstrap import parts
    from app.services.run_providers import open_items, set_float_limits, tick_item
    from app.services.staff_refused import StaffRefused
    from app.services.watch_providers import (
        NoSuchProvider,
        list_providers,
        start_provider,
        stop_provider,
    )

    vending, actor = parts().vending, f"cli:{getpass.getuser()}"
    name, reason = arguments.name, arguments.reason
    try:
        match arguments.verb:
            case "stop":
                stop_provider(vending, name, actor, reason)
            case "start":
                start_provider(vending, name, actor, reason)
            case "items":
                print("\n".join(open_items(vending, name)) or "nothing is open")
                return 0
            case "confirm":
                tick_item(vending, name, arguments.item, actor, reason)
                return 0
            case "float":
                set_float_limits(vending, name, arguments.alarm, arguments.stop, actor, reason)
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    except NoSuchProvider:
        known = ", ".join(vending.providers)
        print(f"no provider {arguments.name!r}; there are {known}", file=sys.stderr)
        return 1
    for line in list_providers(vending):
        print(line)
    return 0
