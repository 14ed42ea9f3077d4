"""`nexustop subscriber`: see one, set the tier, cure a PIN, open a blocked account."""

import argparse
import getpass
import sys

HELP = "show, tier, unlock, unblock, or reset-pin MSISDN (a start PIN goes to the handset by SMS)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb, number, and why."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, does in (
        ("show", "tier, limits, what was spent today, flags; no identity number"),
        ("tier", "set the tier by hand; a number confirmed later may raise it again"),
        ("unlock", "end every lock of the PIN"),
        ("unblock", "open an account that its owner blocked"),
        ("reset-pin", "a start PIN goes to the handset by SMS"),
    ):
        one = verbs.add_parser(verb, help=does)
        one.add_argument("msisdn", help="e.g. +2348030000001")
        if verb == "tier":
            one.add_argument("tier", type=int, help="1 to 3")
        if verb != "show":
            one.add_argument(
                "--reason", required=verb == "tier", default="asked by the subscriber",
                help="kept in the audit log",
            )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever runs the command."""
    from app.domain.errors import NotAnMsisdn
    from app.services.cure_pin import NoSuchSubscriber

    try:
        print(_VERBS[arguments.verb](arguments, f"cli:{getpass.getuser()}"))
    except NotAnMsisdn:
        return _refused(f"{arguments.msisdn} is not a phone number")
    except NoSuchSubscriber:
        return _refused(f"nobody is registered as {arguments.msisdn}")
    except ValueError as error:
        return _refused(str(error))
    return 0


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


def _show(arguments: argparse.Namespace, _: str) -> str:
    from app.bootstrap import parts
    from app.domain.money import Money
    from app.domain.msisdn import parse_msisdn
    from app.services.show_subscriber import show_subscriber

    card = show_subscriber(parts().context, parse_msisdn(arguments.msisdn))
    limits = (
        f"{'any amount' if minor is None else Money(minor, card.balance.currency)} {what}"
        for what, minor in (
            ("at once", card.limits.transaction_minor),
            ("a day", card.limits.day_minor),
            ("in the wallet", card.limits.balance_minor),
        )
    )
    lines = [
        f"{card.msisdn}  {card.name or 'no verified name'}",
        f"tier         {card.tier}",
        f"limits       {', '.join(limits)}",
        f"spent today  {card.spent_today}",
        f"balance      {card.balance}",
        f"confirmed    {', '.join(document.label for document in card.documents) or 'nothing'}",
        f"flags        {', '.join(card.flags) or 'none'}",
    ]
    return "\n".join(lines)


def _tier(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.show_subscriber import set_tier

    msisdn = parse_msisdn(arguments.msisdn)
    set_tier(parts().context, msisdn, arguments.tier, actor, arguments.reason)
    return f"{msisdn} is on tier {arguments.tier}"


def _cure(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.cure_pin import reset_pin, unblock_subscriber, unlock_subscriber

    act, done = {
        "unlock": (unlock_subscriber, "is unlocked"),
        "unblock": (unblock_subscriber, "is open again"),
        "reset-pin": (reset_pin, "gets a start PIN by SMS; it must be changed at the next dial"),
    }[arguments.verb]
    msisdn = parse_msisdn(arguments.msisdn)
    act(parts().context, msisdn, actor, arguments.reason)
    return f"{msisdn} {done}"


_VERBS = {"show": _show, "tier": _tier, "unlock": _cure, "unblock": _cure, "reset-pin": _cure}
