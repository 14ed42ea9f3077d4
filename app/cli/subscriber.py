"""`nexustop subscriber`: cure a forgotten or locked PIN, open a blocked account."""

import argparse
import getpass
import sys

HELP = "unlock, unblock, or reset-pin MSISDN (a start PIN goes to the handset by SMS)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb, number, and why."""
    parser.add_argument("verb", choices=["unlock", "unblock", "reset-pin"])
    parser.add_argument("msisdn", help="e.g. +2348030000001")
    parser.add_argument("--reason", default="asked by the subscriber", help="kept in the audit log")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever runs the command."""
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.cure_pin import (
        NoSuchSubscriber,
        reset_pin,
        unblock_subscriber,
        unlock_subscriber,
    )

    actor = f"cli:{getpass.getuser()}"
    act, done = {
        "unlock": (unlock_subscriber, "is unlocked"),
        "unblock": (unblock_subscriber, "is open again"),
        "reset-pin": (reset_pin, "gets a start PIN by SMS; it must be changed at the next dial"),
    }[arguments.verb]
    try:
        msisdn = parse_msisdn(arguments.msisdn)
        act(parts().context, msisdn, actor, arguments.reason)
    except NotAnMsisdn:
        print(f"{arguments.msisdn} is not a phone number", file=sys.stderr)
        return 1
    except NoSuchSubscriber:
        print(f"nobody is registered as {arguments.msisdn}", file=sys.stderr)
        return 1
    print(f"{msisdn} {done}")
    return 0
