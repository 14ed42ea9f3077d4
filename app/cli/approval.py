"""`nexustop approval`: what one member of staff has asked for and another must decide."""

import argparse
import sys

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

HELP = "list; approve TICKET, decline TICKET: acts that need a second person"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Three verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="what waits, oldest first")
    approve = verbs.add_parser("approve", help="do it; never by whoever asked")
    decline = verbs.add_parser("decline", help="don't do it")
    for verb in (approve, decline):
        verb.add_argument("ticket")
        add_actor(verb)
    decline.add_argument("--reason", required=True, help="kept with the ticket")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say what was posted."""
    from app.bootstrap import parts
    from app.services.approve import approve, decline, list_waiting
    from app.services.staff_refused import StaffRefused

    context = parts().context
    try:
        if arguments.verb == "list":
            for row in list_waiting(context):
                wanted = ", ".join(f"{name} {value}" for name, value in row.detail.items() if value)
                print(f"{row.ticket}  {row.asked_at:%Y-%m-%d %H:%M}  {row.asked_by}  {row.act}:"
                      f" {wanted}  ({row.reason})")  # fmt: skip
            return 0
        actor = signed_in(context, arguments.actor, Right.SEE_APPROVALS)
        ticket = arguments.ticket.upper()
        if arguments.verb == "approve":
            print(f"{ticket} approved: {approve(context, ticket, actor) or 'nothing to post'}")
        else:
            decline(context, ticket, actor, arguments.reason)
            print(f"{ticket} declined")
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0
