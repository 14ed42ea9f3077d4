"""`nexustop staff`: who may ask for what needs two people, and who may approve it."""

import argparse
import getpass
import sys

from app.cli.signing_in import PASSWORD, password

HELP = "add EMAIL, close EMAIL, list: staff who sign in (a second add is a new password)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Three verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, said in (
        ("add", f"let somebody sign in; the password is asked for, or read from {PASSWORD}"),
        ("close", "no sign-in any more"),
    ):
        verbs.add_parser(verb, help=said).add_argument("email")
    verbs.add_parser("list", help="everybody")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever runs the command."""
    from app.bootstrap import parts
    from app.services.run_staff import add_staff, close_staff, list_staff
    from app.services.staff_refused import StaffRefused

    context, actor = parts().context, f"cli:{getpass.getuser()}"
    try:
        if arguments.verb == "add":
            wanted = password(f"New password of {arguments.email}: ")
            print(f"{add_staff(context, arguments.email, wanted, actor)} may sign in")
        elif arguments.verb == "close":
            close_staff(context, arguments.email, actor)
            print(f"{arguments.email} may not sign in any more")
        else:
            for row in list_staff(context):
                marks = ("  demo" if row.demo else "") + ("" if row.active else "  closed")
                print(f"{row.email:<40}  since {row.added_at:%Y-%m-%d}{marks}")
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0
