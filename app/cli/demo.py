"""`nexustop demo`: demo people and demo money, in demo mode only."""

import argparse
import sys

HELP = "load, or fund MSISDN AMOUNT_MINOR: demo accounts and money (demo mode only)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb, and for funding number and amount."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("load", help="the demo subscriber, agent and staff, and the sample catalogue")
    fund = verbs.add_parser("fund", help="put money into a registered subscriber's wallet")
    fund.add_argument("msisdn", help="e.g. +2348030000001")
    fund.add_argument("amount_minor", type=int, help="in minor units: 500000 is NGN 5,000.00")


def run(arguments: argparse.Namespace) -> int:
    """Do it and print the result."""
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.cure_pin import NoSuchSubscriber
    from app.services.demo import NotInLiveMode, fund_wallet, load_demo
    from app.services.sample_catalogue import load_sample

    made = parts()
    context = made.context
    try:
        if arguments.verb == "load":
            load_demo(context, made.settings.demo_staff_password.get_secret_value())
            load_sample(made.vending)
            return 0
        msisdn = parse_msisdn(arguments.msisdn)
        print(f"{msisdn} has {fund_wallet(context, msisdn, arguments.amount_minor)}")
    except NotInLiveMode:
        print("demo accounts and money exist in demo mode only", file=sys.stderr)
    except NotAnMsisdn:
        print(f"{arguments.msisdn} is not a phone number", file=sys.stderr)
    except NoSuchSubscriber:
        print(f"nobody is registered as {arguments.msisdn}", file=sys.stderr)
    except ValueError as error:
        print(error, file=sys.stderr)
    else:
        return 0
    return 1
