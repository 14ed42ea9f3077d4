"""`nexustop provider`: which vending providers are in use."""

import argparse
import getpass
import sys

HELP = "list, stop NAME, start NAME: whether a vending provider is routed to"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb and provider."""
    parser.add_argument("verb", choices=["list", "stop", "start"])
    parser.add_argument("name", nargs="?", default="", help="e.g. vtpass")
    parser.add_argument("--reason", default="", help="kept in the audit log")


def run(arguments: argparse.Namespace) -> int:
    """Do it and print how every provider stands."""
    from app.bootstrap import parts
    from app.services.watch_providers import (
        NoSuchProvider,
        list_providers,
        start_provider,
        stop_provider,
    )

    vending, actor = parts().vending, f"cli:{getpass.getuser()}"
    acts = {"stop": stop_provider, "start": start_provider}
    try:
        if arguments.verb in acts:
            acts[arguments.verb](vending, arguments.name, actor, arguments.reason)
    except NoSuchProvider:
        known = ", ".join(vending.providers)
        print(f"no provider {arguments.name!r}; there are {known}", file=sys.stderr)
        return 1
    for line in list_providers(vending):
        print(line)
    return 0
