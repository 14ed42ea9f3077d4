"""`nexustop number`: which operator a number is with, who says so, and what staff know better."""

import argparse
import sys
from typing import TYPE_CHECKING

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

if TYPE_CHECKING:
    from app.services.show_number import NumberCard

HELP = "show MSISDN, set MSISDN OPERATOR: which operator a number is with"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    shown = verbs.add_parser("show", help="the best known operator, and what each source says")
    changed = verbs.add_parser("set", help="the best known from now on, until a newer correction")
    for verb in (shown, changed):
        verb.add_argument("msisdn", help="e.g. +2348030000001")
    changed.add_argument("operator", help="its code, e.g. mtn-ng")
    changed.add_argument("--reason", required=True, help="for the audit log")
    add_actor(changed)


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so."""
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.show_number import set_operator, show_number
    from app.services.staff_refused import StaffRefused

    context = parts().context
    try:
        msisdn = parse_msisdn(arguments.msisdn)
        if arguments.verb == "show":
            print(_shown(show_number(context, msisdn)))
        else:
            actor = signed_in(context, arguments.actor, Right.ACT_ON_ORDER)
            code, reason = arguments.operator, arguments.reason
            operator = set_operator(context, msisdn, code, actor, reason)
            print(f"{msisdn} is with {operator.name} ({operator.code})")
    except NotAnMsisdn:
        print(f"{arguments.msisdn} is not a mobile number", file=sys.stderr)
        return 1
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _shown(card: "NumberCard") -> str:
    best = f"{card.best.name} ({card.best.code})" if card.best else "no operator of ours"
    asked = f"{card.asked_at:%Y-%m-%d %H:%M} UTC" if card.asked_at else "never"
    lines = [f"{card.msisdn}  {card.country}  {best}"]
    lines += [
        f"  {row.source:<16}{row.operator:<14}{row.learned_at:%Y-%m-%d %H:%M} UTC"
        for row in card.known
    ]
    lines.append(f"  {'prefix':<16}{card.prefix.code if card.prefix else 'none of ours'}")
    return "\n".join([*lines, f"last looked up: {asked}"])
