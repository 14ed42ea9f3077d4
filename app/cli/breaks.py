"""`nexustop break`: what differs, who looks after it, and how it ends."""

import argparse
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from app.cli.signing_in import add_actor, signed_in
from app.domain.breaks import Way, ways_of
from app.domain.roles import Right

HELP = "list, take ID, resolve ID --how WAY, open ORDER: what differs and waits for staff"
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Four verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    shown = verbs.add_parser("list", help="open breaks, oldest first, and how each may end")
    shown.add_argument("--kind", help="e.g. suspense, missing_here")
    shown.add_argument("--owner", help="an address; '' for those of nobody")
    shown.add_argument("--older-than", type=_age, default=timedelta(), metavar="AGE",
                       help="e.g. 12h, 3d, 1w")  # fmt: skip
    take = verbs.add_parser("take", help="look after it")
    resolve = verbs.add_parser(
        "resolve", help="end it; whatever posts waits for a second person (nexustop approval)"
    )
    for verb in (take, resolve):
        verb.add_argument("id", type=int)
    resolve.add_argument("--how", required=True, type=Way, choices=list(Way), metavar="WAY",
                         help=", ".join(Way))  # fmt: skip
    resolve.add_argument("--to", default="", metavar="MSISDN", help="whose wallet, for a credit")
    opened = verbs.add_parser("open", help="take up a pending or unknown order by hand")
    opened.add_argument("order", help="its reference")
    for verb in (resolve, opened):
        verb.add_argument("--reason", required=True, help="kept with the break")
    for verb in (take, resolve, opened):
        add_actor(verb)


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so."""
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.services.staff_refused import StaffRefused

    context = parts().context
    try:
        if arguments.verb == "list":
            return _list(context, arguments)
        print(
            _ACTS[arguments.verb](
                context, arguments, signed_in(context, arguments.actor, Right.RESOLVE_BREAK)
            )
        )
    except NotAnMsisdn:
        print(f"{arguments.to} is not a phone number", file=sys.stderr)
        return 1
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _list(context: Any, arguments: argparse.Namespace) -> int:
    from app.services.resolve_break import list_breaks

    now = datetime.now(UTC)
    for row in list_breaks(context, arguments.kind, arguments.owner, arguments.older_than):
        about = row.order or " ".join(part for part in (row.provider, row.external_id) if part)
        detail = ", ".join(f"{name} {value}" for name, value in row.detail.items() if value != "")
        print(f"{row.id:>6}  {_spoken(now - row.opened_at):>4}  {row.kind:<16}"
              f"  {row.owner or 'nobody':<24}  {' '.join(part for part in (about, detail) if part)}"
              f"  [{', '.join(ways_of(row.kind))}]")  # fmt: skip
    return 0


def _take(context: Any, arguments: argparse.Namespace, actor: str) -> str:
    from app.services.resolve_break import take_break

    take_break(context, arguments.id, actor)
    return f"break {arguments.id} is yours"


def _resolve(context: Any, arguments: argparse.Namespace, actor: str) -> str:
    from app.domain.msisdn import parse_msisdn
    from app.services.resolve_break import Asked, ask_resolution

    to = parse_msisdn(arguments.to) if arguments.to else None
    came = ask_resolution(context, arguments.id, arguments.how, to, arguments.reason, actor)
    if isinstance(came, Asked):
        return f"asked for: another member of staff must approve {came.ticket}"
    return f"break {arguments.id} is closed"


def _open(context: Any, arguments: argparse.Namespace, actor: str) -> str:
    from app.services.settle_by_hand import open_unknown_order

    made = open_unknown_order(context, arguments.order.upper(), arguments.reason, actor)
    return f"break {made} is open for order {arguments.order.upper()}"


_ACTS = {"take": _take, "resolve": _resolve, "open": _open}


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,4})([hdw])", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is not an age like 12h, 3d, 1w")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _spoken(age: timedelta) -> str:
    return f"{age.days}d" if age.days else f"{age.seconds // 3600}h"
