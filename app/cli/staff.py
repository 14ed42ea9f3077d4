"""`nexustop staff`: who works in the back-office, and in which role."""

import argparse
import getpass
import sys

from app.cli.signing_in import PASSWORD, add_actor, password, signed_in
from app.domain.roles import STAFF_ROLES, Right, Role

HELP = "add EMAIL --role ROLE, role, reset-factor, close, list, roles: staff who sign in"
_ROLES = sorted(role.value for role in STAFF_ROLES)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What a shell may do at once, and what needs two people."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser(
        "add",
        help="let somebody sign in, or give them a new password, which is asked for or read from"
        f" {PASSWORD}",
    )
    add.add_argument("email")
    add.add_argument("--role", choices=_ROLES, help="of somebody new")
    role = verbs.add_parser("role", help="ask for another role; another member of staff approves")
    role.add_argument("email")
    role.add_argument("role", choices=_ROLES)
    reset = verbs.add_parser(
        "reset-factor", help="ask to take a lost code app away; another member of staff approves"
    )
    reset.add_argument("name", help="an e-mail address, or a number that signs in for an agent")
    for verb in (role, reset):
        verb.add_argument("--reason", required=True, help="kept with the ticket")
        add_actor(verb)
    verbs.add_parser("close", help="no sign-in any more").add_argument("email")
    verbs.add_parser("list", help="everybody")
    roles = verbs.add_parser("roles", help="what each role may")
    roles.add_argument("--table", action="store_true", help="as docs/roles.md has it")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever signs in, or runs the command."""
    from app.services.staff_refused import StaffRefused

    try:
        print(_VERBS[arguments.verb](arguments))
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _add(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.run_staff import add_staff

    wanted = password(f"New password of {arguments.email}: ")
    role = Role(arguments.role) if arguments.role else None
    email = add_staff(parts().context, arguments.email, wanted, _shell(), role)
    return f"{email} may sign in"


def _role(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.grant_role import ask_role

    context = parts().context
    actor = signed_in(context, arguments.actor, Right.GRANT_ROLE)
    return _asked(ask_role(context, arguments.email, Role(arguments.role), arguments.reason, actor))


def _reset_factor(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.reset_factor import ask_factor_reset

    context = parts().context
    actor = signed_in(context, arguments.actor, Right.RESET_FACTOR)
    return _asked(ask_factor_reset(context, arguments.name, arguments.reason, actor))


def _asked(ticket: str) -> str:
    return f"asked for: another member of staff must approve {ticket} (nexustop approval)"


def _close(arguments: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.run_staff import close_staff

    close_staff(parts().context, arguments.email, _shell())
    return f"{arguments.email} may not sign in any more"


def _list(_: argparse.Namespace) -> str:
    from app.bootstrap import parts
    from app.services.run_staff import list_staff

    return "\n".join(
        f"{row.email:<40}  {row.role:<15}  since {row.added_at:%Y-%m-%d}"
        + ("  demo" if row.demo else "")
        + ("" if row.active else "  closed")
        for row in list_staff(parts().context)
    )


def _roles(arguments: argparse.Namespace) -> str:
    from app.domain.role_table import role_lists, role_page

    return role_page() if arguments.table else role_lists()


def _shell() -> str:
    return f"cli:{getpass.getuser()}"


_VERBS = {
    "add": _add, "role": _role, "reset-factor": _reset_factor, "close": _close, "list": _list,
    "roles": _roles,
}  # fmt: skip
