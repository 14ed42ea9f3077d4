"""`nexustop agent`: take agents on, close them, put float in, see what they hold."""

import argparse
import getpass
import sys

from app.cli.signing_in import PASSWORD, password

HELP = "add, close, list agents; float MSISDN AMOUNT_MINOR puts float in; login MSISDN"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Five verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    add = verbs.add_parser("add", help="make a registered subscriber an agent, or change one")
    add.add_argument("msisdn", help="e.g. +2348030000002")
    add.add_argument("--name", required=True, help="what customers read, at most 23 characters")
    add.add_argument("--parent", default="", help="number of the agent above")
    add.add_argument("--low-float", type=int, default=5_000_00, metavar="AMOUNT_MINOR",
                     help="below this the agent gets an SMS")  # fmt: skip
    close = verbs.add_parser("close", help="no acts any more; float and commission stay")
    close.add_argument("msisdn")
    close.add_argument("--reason", required=True, help="kept in the audit log")
    put = verbs.add_parser("float", help="put float in, for money received outside")
    put.add_argument("msisdn")
    put.add_argument("amount_minor", type=int, help="in kobo, cents, ...")
    put.add_argument("--receipt", required=True,
                     help="number of the payment's receipt; the same one counts once")  # fmt: skip
    put.add_argument("--reason", default="float bought", help="kept in the audit log")
    login = verbs.add_parser(
        "login",
        help="let an agent sign in to the back-office, or give a new password, which is asked for"
        f" or read from {PASSWORD}",
    )
    login.add_argument("msisdn")
    login.add_argument("--teller", default="", metavar="MSISDN",
                       help="let this teller of the agent sign in instead")  # fmt: skip
    verbs.add_parser("list", help="every agent with float and commission")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever runs the command."""
    from app.domain.errors import NotAnMsisdn, ReferenceConflict
    from app.services.cure_pin import NoSuchSubscriber
    from app.services.run_agents import NoSuchAgent, WouldBeACircle
    from app.services.staff_refused import StaffRefused

    try:
        print(_VERBS[arguments.verb](arguments, f"cli:{getpass.getuser()}"))
    except NotAnMsisdn:
        return _refused("that is not a phone number")
    except NoSuchSubscriber as error:
        return _refused(f"nobody is registered as {error}")
    except NoSuchAgent as error:
        return _refused(f"{error} is no agent")
    except WouldBeACircle as error:
        return _refused(f"{error} would be above itself")
    except ReferenceConflict:
        return _refused("this receipt was used for another amount")
    except (StaffRefused, ValueError) as error:
        return _refused(str(error))
    return 0


def _refused(why: str) -> int:
    print(why, file=sys.stderr)
    return 1


def _add(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.run_agents import add_agent

    if not 1 <= len(arguments.name) <= 23 or arguments.low_float < 0:
        raise ValueError("a name has 1 to 23 characters; the low float isn't below zero")
    parent = parse_msisdn(arguments.parent) if arguments.parent else None
    msisdn = parse_msisdn(arguments.msisdn)
    agent = add_agent(parts().context, msisdn, arguments.name, parent, arguments.low_float, actor)
    return f"{agent.msisdn} is agent {agent.number}, {agent.name}"


def _close(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.run_agents import close_agent

    msisdn = parse_msisdn(arguments.msisdn)
    close_agent(parts().context, msisdn, actor, arguments.reason)
    return f"{msisdn} is no agent any more"


def _float(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.run_agents import put_float

    msisdn = parse_msisdn(arguments.msisdn)
    held = put_float(
        parts().context, msisdn, arguments.amount_minor, arguments.receipt, actor,
        arguments.reason,
    )  # fmt: skip
    return f"{msisdn} has {held} float"


def _login(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.agent_logins import open_login

    agent = parse_msisdn(arguments.msisdn)
    teller = parse_msisdn(arguments.teller) if arguments.teller else None
    wanted = password(f"New password of {teller or agent}: ")
    open_login(parts().context, agent, wanted, actor, teller)
    return f"{teller or agent} may sign in to the back-office"


def _list(_: argparse.Namespace, __: str) -> str:
    from app.bootstrap import parts
    from app.services.run_agents import list_agents

    lines = [
        f"{agent.number}  {agent.msisdn}  {agent.name:<23}  float {held}  commission {earned}"
        + ("" if agent.active else "  closed")
        for agent, held, earned in list_agents(parts().context)
    ]
    return "\n".join(lines) or "No agents yet: nexustop agent add MSISDN --name NAME"


_VERBS = {"add": _add, "close": _close, "float": _float, "login": _login, "list": _list}
