"""`nexustop rate`: what other currencies cost, for sales abroad."""

import argparse
import sys
from datetime import UTC, datetime

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

HELP = "list; set NGN KES 0.085 --margin-bp 300: exchange rates for sales abroad"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Two verbs."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="of each pair the rate that is valid, and those to come")
    wanted = verbs.add_parser("set", help="ask for a rate; another member of staff approves it")
    wanted.add_argument("base", help="the wallet's currency, e.g. NGN")
    wanted.add_argument("quote", help="the currency that is bought, e.g. KES")
    wanted.add_argument("rate", help="units of QUOTE that one unit of BASE is worth, e.g. 0.085")
    wanted.add_argument("--margin-bp", type=int, required=True, metavar="N",
                        help="what buyers pay on top, in hundredths of a per cent")  # fmt: skip
    wanted.add_argument("--from", dest="begins", type=_moment, default=datetime.now(UTC),
                        metavar="YYYY-MM-DD", help="a day or a time, UTC; never before it is"
                        " approved (default: then)")  # fmt: skip
    wanted.add_argument("--reason", required=True, help="kept with the ticket")
    add_actor(wanted)


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so."""
    from app.bootstrap import parts
    from app.services.set_rate import ask_rate, list_rates
    from app.services.staff_refused import StaffRefused

    context = parts().context
    if arguments.verb == "list":
        for rate, standing in list_rates(context):
            print(f"{rate.base} {rate.quote}  {rate.decimal():<14f}  +{rate.margin_bp} bp"
                  f"  from {rate.valid_from:%Y-%m-%d %H:%M}  {standing}"
                  f"  ({rate.shown()})")  # fmt: skip
        return 0
    try:
        actor = signed_in(context, arguments.actor, Right.MANAGE_RATES)
        ticket = ask_rate(
            context, arguments.base.upper(), arguments.quote.upper(), arguments.rate,
            arguments.margin_bp, arguments.begins, arguments.reason, actor,
        )  # fmt: skip
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    print(f"asked for: another member of staff must approve {ticket} (nexustop approval)")
    return 0


def _moment(written: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written} is not a date like 2026-03-01") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
