"""`nexustop route`: which provider sells what, and why an order went where it did."""

import argparse
import sys
from datetime import UTC, datetime

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

HELP = "show ORDER; close, open OPERATOR KIND PROVIDER; maintenance PROVIDER: where orders go"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Looking, and what staff set."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    show = verbs.add_parser("show", help="every choice of a route for an order, with its reasons")
    show.add_argument("order", help="its reference")
    for name, said in (("close", "sell no more of it there"), ("open", "sell it there again")):
        verb = verbs.add_parser(name, help=said)
        verb.add_argument("operator", help="e.g. mtn-ng")
        verb.add_argument("kind", choices=["airtime", "data"])
        verb.add_argument("provider", help="e.g. vtpass; all: every one")
        verb.add_argument("--reason", required=True)
        add_actor(verb)
    maintenance = verbs.add_parser("maintenance", help="sell nothing there for a time")
    maintenance.add_argument("provider")
    maintenance.add_argument("--operator", default="", help="only of this operator")
    maintenance.add_argument("--from", dest="from_at", required=True, help="2026-12-01T02:00, UTC")
    maintenance.add_argument("--until", dest="until_at", required=True)
    maintenance.add_argument("--reason", required=True)
    add_actor(maintenance)


def run(arguments: argparse.Namespace) -> int:
    """Do it, or say why not."""
    from app.bootstrap import parts
    from app.domain.products import ProductKind
    from app.services.run_providers import announce_maintenance
    from app.services.run_routes import EVERYWHERE, set_route, show_decisions
    from app.services.staff_refused import StaffRefused

    made = parts()
    try:
        if arguments.verb == "show":
            for decision in show_decisions(made.vending, arguments.order.upper()):
                print(f"{decision.at:%Y-%m-%d %H:%M:%S}  {decision.chosen or 'none'}")
                for route in decision.routes:
                    print("   ", _line(route))
            return 0
        actor = signed_in(made.context, arguments.actor, Right.MANAGE_ROUTES)
        if arguments.verb == "maintenance":
            announce_maintenance(
                made.vending, arguments.provider, arguments.operator, _at(arguments.from_at),
                _at(arguments.until_at), arguments.reason, actor,
            )  # fmt: skip
        else:
            provider = EVERYWHERE if arguments.provider == "all" else arguments.provider
            set_route(
                made.vending, arguments.operator, ProductKind(arguments.kind), provider, actor,
                arguments.reason, closed=arguments.verb == "close",
            )  # fmt: skip
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    except ValueError:
        print("a time is wanted such as 2026-12-01T02:00", file=sys.stderr)
        return 1
    return 0


def _line(route: dict[str, object]) -> str:
    why = f"not: {route['against']}" if route["against"] else f"score {route['score']}"
    return (
        f"{route['provider']}: {why} (margin {route['margin_bp']} bp, weight {route['weight']},"
        f" success {route['success_bp']} bp, median {route['median_ms']} ms)"
    )


def _at(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
