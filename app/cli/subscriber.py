"""`nexustop subscriber`: see one, set the tier, cure PIN and locks, make codes, record swaps."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

HELP = "show, tier, unlock, reset-pin, codes, swapped, export, erase, ...: for one subscriber"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verb, number, and why."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, text in (
        ("show", "tier, limits, what was spent today, flags; no identity number"),
        ("schedules", "purchases that are made for them, and why those that are paused are"),
        ("tier", "set the tier by hand; a number confirmed later may raise it again"),
        ("unlock", "end every lock of PIN and codes"),
        ("unblock", "open an account that its owner blocked"),
        ("reset-pin", "send a start PIN to the handset by SMS"),
        ("codes", "make a list of printed codes; the one before is void"),
        ("swapped", "record that the SIM was changed"),
        ("export", "everything that is held about them, as a ZIP for them"),
        ("erase", "ask for number and name to be erased; another person approves"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("msisdn", help="e.g. +2348030000001")
        one.add_argument("--reason", default="asked by the subscriber", help="for the audit log")
    verbs.choices["tier"].add_argument("tier", type=int, help="1 to 3")
    verbs.choices["reset-pin"].add_argument(
        "--after-id-check", action="store_true",
        help="the owner's papers were seen: the SIM's history doesn't matter",
    )  # fmt: skip
    verbs.choices["codes"].add_argument(
        "--out", required=True, metavar="FILE.txt", type=Path,
        help="a new file, readable by you only; hand it over in person",
    )  # fmt: skip
    verbs.choices["export"].add_argument(
        "--out", required=True, metavar="FILE.zip", type=Path,
        help="a new file, readable by you only; hand it to the owner",
    )  # fmt: skip
    for verb in ("export", "erase"):
        add_actor(verbs.choices[verb])
    verbs.choices["swapped"].add_argument(
        "--at", required=True, type=datetime.fromisoformat,
        help="when, e.g. 2026-03-01T15:00+01:00 (without a zone: UTC)",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever runs the command."""
    from app.domain.errors import NotAnMsisdn
    from app.services.cure_pin import NoSuchSubscriber, SimSwapped, SimUnchecked
    from app.services.record_swap import NotYet
    from app.services.staff_refused import StaffRefused

    try:
        print(_VERBS[arguments.verb](arguments, f"cli:{getpass.getuser()}"))
    except NotAnMsisdn:
        return _refused(f"{arguments.msisdn} is not a phone number")
    except NoSuchSubscriber:
        return _refused(f"nobody is registered as {arguments.msisdn}")
    except SimSwapped:
        return _refused("the SIM was changed lately: see the owner's papers, then --after-id-check")
    except SimUnchecked:
        return _refused("the network is being asked about the SIM; try again in a minute")
    except NotYet:
        return _refused("that moment lies ahead")
    except StaffRefused as refused:
        return _refused(str(refused))
    except (OSError, ValueError) as error:
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


def _schedules(arguments: argparse.Namespace, _: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.show_subscriber import show_schedules

    msisdn = parse_msisdn(arguments.msisdn)
    rows = show_schedules(parts().context, msisdn)
    return "\n".join(
        f"{row.id}  {row.operator} {row.product} for {row.recipient}, at most {row.price},"
        f" every {row.rhythm.every} on day {row.rhythm.day},"
        f" {f'next {row.next_at:%Y-%m-%d %H:%M} UTC' if row.next_at else f'paused: {row.why}'}"
        for row in rows
    ) or f"{msisdn} has nothing scheduled"  # fmt: skip


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

    msisdn, reason = parse_msisdn(arguments.msisdn), arguments.reason
    context = parts().context
    if arguments.verb == "reset-pin":
        reset_pin(context, msisdn, actor, reason, after_id_check=arguments.after_id_check)
        return f"{msisdn} gets a start PIN by SMS; it must be changed at the next dial"
    if arguments.verb == "unlock":
        unlock_subscriber(context, msisdn, actor, reason)
        return f"{msisdn} is unlocked"
    unblock_subscriber(context, msisdn, actor, reason)
    return f"{msisdn} is open again"


def _codes(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.code_list import make_list, sheet

    if arguments.out.suffix != ".txt":
        raise ValueError("the sheet is plain text: give a file that ends in .txt")
    msisdn = parse_msisdn(arguments.msisdn)
    # The file first: codes that can't be written down would void the old ones for nothing.
    descriptor = os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        try:
            codes = make_list(parts().context, msisdn, actor, arguments.reason)
        except BaseException:
            arguments.out.unlink()
            raise
        out.write(sheet(codes, msisdn))
    return f"{len(codes)} codes are in {arguments.out}; the list before is void"


def _export(arguments: argparse.Namespace, _: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.export_subscriber import export_subscriber

    msisdn, context = parse_msisdn(arguments.msisdn), parts().context
    actor = signed_in(context, arguments.actor, Right.EXPORT_PERSON)
    packed = export_subscriber(context, msisdn, actor, arguments.reason)
    descriptor = os.open(arguments.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(packed)
    return f"{len(packed):,} bytes are in {arguments.out}"


def _erase(arguments: argparse.Namespace, _: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.erase_subscriber import ask_erasure

    msisdn, context = parse_msisdn(arguments.msisdn), parts().context
    actor = signed_in(context, arguments.actor, Right.ASK_ERASURE)
    ticket = ask_erasure(context, msisdn, arguments.reason, actor)
    return f"asked for: nexustop approval approve {ticket} --as SOMEBODY-ELSE does it"


def _swapped(arguments: argparse.Namespace, actor: str) -> str:
    from app.bootstrap import parts
    from app.domain.msisdn import parse_msisdn
    from app.services.record_swap import record_swap

    at = arguments.at if arguments.at.tzinfo else arguments.at.replace(tzinfo=UTC)
    msisdn = parse_msisdn(arguments.msisdn)
    record_swap(parts().context, msisdn, at, actor, arguments.reason)
    return f"{msisdn}: SIM changed at {at.isoformat()}"


_VERBS: dict[str, Callable[[argparse.Namespace, str], str]] = {
    "show": _show,
    "schedules": _schedules,
    "tier": _tier,
    "unlock": _cure,
    "unblock": _cure,
    "reset-pin": _cure,
    "codes": _codes,
    "swapped": _swapped,
    "export": _export,
    "erase": _erase,
}
