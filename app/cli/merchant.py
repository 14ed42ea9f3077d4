"""`nexustop merchant`: an agent's servers: API keys, webhook endpoints, sending again."""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.db.agents import AgentRow
    from app.services.context import Context

HELP = "let|stop an agent's selling by API; key, endpoint, replay: its servers"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Verbs, each for the agent with a phone number."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, help_ in (
        ("let", "let live keys spend the agent's float"),
        ("stop", "let them spend it no more, from the next request on"),
    ):
        one = verbs.add_parser(verb, help=help_)
        one.add_argument("msisdn", help="the agent's, e.g. +2348030000002")
        one.add_argument("--reason", required=True, help="kept in the audit log")
    _key_arguments(verbs.add_parser("key", help="create, revoke, list API keys"))
    _endpoint_arguments(verbs.add_parser("endpoint", help="add, rotate, on, off, delete, list"))
    replay = verbs.add_parser("replay", help="send an endpoint again what happened since")
    replay.add_argument("msisdn")
    replay.add_argument("endpoint", help="its reference")
    replay.add_argument("--hours", type=int, required=True, help="how far back, at most 2160")


def _key_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="act", required=True)
    create = verbs.add_parser("create", help="make one and print it, which happens once")
    create.add_argument("msisdn")
    kind = create.add_mutually_exclusive_group(required=True)
    kind.add_argument("--live", action="store_true")
    kind.add_argument("--test", action="store_true", help="moves no money, reaches no vendor")
    create.add_argument("--label", required=True, help="which server it is for")
    create.add_argument("--scopes", default="", help="comma list; without it all of them")
    create.add_argument("--from", dest="networks", default="",
                        help="addresses or ranges; without it from anywhere")  # fmt: skip
    create.add_argument("--per-minute", type=int, default=300)
    create.add_argument("--days", type=int, default=365, help="it expires after so many")
    revoke = verbs.add_parser("revoke", help="the next request with it is refused")
    revoke.add_argument("msisdn")
    revoke.add_argument("key", help="its public part, the twelve characters in the middle")
    verbs.add_parser("list", help="the newest first").add_argument("msisdn")


def _endpoint_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="act", required=True)
    add = verbs.add_parser("add", help="add one and print its secret, which happens once")
    add.add_argument("msisdn")
    add.add_argument("url")
    add.add_argument("--test", action="store_true", help="of purchases with test keys")
    add.add_argument("--events", default="", help="comma list; without it all of them")
    for act, help_ in (
        ("rotate", "print a fresh secret; the one before signs too for a day"),
        ("on", "send to it again"), ("off", "send nothing more, drop what waits"),
        ("delete", "the same, for good"), ("ping", "send a test event"),
    ):  # fmt: skip
        one = verbs.add_parser(act, help=help_)
        one.add_argument("msisdn")
        one.add_argument("endpoint", help="its reference")
    verbs.add_parser("list", help="those that aren't deleted").add_argument("msisdn")


def run(arguments: argparse.Namespace) -> int:
    """Do it and say so; audited under the name of whoever runs the command."""
    from app.bootstrap import parts
    from app.domain.errors import NotAnMsisdn
    from app.domain.msisdn import parse_msisdn
    from app.services.backoffice.merchant_page import agent_of_msisdn
    from app.services.staff_refused import StaffRefused

    context = parts().context
    actor = f"cli:{getpass.getuser()}"
    try:
        msisdn = parse_msisdn(arguments.msisdn)
        agent = agent_of_msisdn(context, msisdn)
        if agent is None:
            raise StaffRefused(f"{msisdn} is no agent")
        print(_VERBS[arguments.verb](context, agent, arguments, actor))
    except NotAnMsisdn:
        print("that is not a phone number", file=sys.stderr)
        return 1
    except (StaffRefused, ValueError) as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def _let(ctx: "Context", agent: "AgentRow", arguments: argparse.Namespace, actor: str) -> str:
    from app.services.merchants.keys import let_sell

    return let_sell(ctx, agent.id, actor, arguments.reason)


def _stop(ctx: "Context", agent: "AgentRow", arguments: argparse.Namespace, actor: str) -> str:
    from app.services.merchants.keys import stop_selling

    stop_selling(ctx, agent.id, actor, arguments.reason)
    return f"agent {agent.number} can't sell by API"


def _key(ctx: "Context", agent: "AgentRow", arguments: argparse.Namespace, actor: str) -> str:
    from datetime import timedelta

    from app.domain.api_callers import Scope
    from app.services.merchants.keys import NewKey, list_keys, make_key, revoke_key
    from app.services.staff_refused import StaffRefused

    if arguments.act == "list":
        lines = [
            f"nxk_{'live' if key.live else 'test'}_{key.id}  {key.label:<24}"
            f"{'usable' if key.usable(ctx.clock.now()) else 'ended':<8}{' '.join(key.scopes)}"
            for key in list_keys(ctx, agent.id)
        ]
        return "\n".join(lines) or "No keys yet: nexustop merchant key create --help"
    if arguments.act == "revoke":
        if not revoke_key(ctx, agent.id, arguments.key, actor):
            raise StaffRefused("there is no such usable key")
        return f"{arguments.key} is revoked"
    chosen = _words(arguments.scopes) or list(Scope)
    wanted = NewKey(
        arguments.live, frozenset(Scope(word) for word in chosen), arguments.label,
        tuple(_words(arguments.networks)), arguments.per_minute,
        ctx.clock.now() + timedelta(days=min(max(arguments.days, 0), 100_000)),
    )  # fmt: skip
    return make_key(ctx, agent.id, wanted, actor, staff=False).whole.value


def _endpoint(ctx: "Context", agent: "AgentRow", arguments: argparse.Namespace, actor: str) -> str:
    from app.domain.webhooks import CHOSEN_FROM
    from app.services.merchants import endpoints
    from app.services.staff_refused import StaffRefused

    if arguments.act == "list":
        lines = [
            f"{row.reference}  {'live' if row.live else 'test'}  {row.state:<4}{row.url}"
            f"  {' '.join(row.events)}"
            for row in endpoints.list_endpoints(ctx, agent.id)
        ]
        return "\n".join(lines) or "No endpoints yet: nexustop merchant endpoint add --help"
    if arguments.act == "add":
        chosen = _words(arguments.events) or list(CHOSEN_FROM)
        made = endpoints.add_endpoint(
            ctx, agent.id, arguments.url, chosen, actor, live=not arguments.test
        )
        return f"{made.row.reference} {made.secret.value}"
    if arguments.act == "rotate":
        fresh = endpoints.rotate_secret(ctx, agent.id, arguments.endpoint, actor)
        if fresh is not None:
            return f"{arguments.endpoint} {fresh.secret.value}"
    elif arguments.act == "ping":
        sent = endpoints.ping(ctx, agent.id, arguments.endpoint)
        if sent is not None:
            return f"delivery {sent}"
    else:
        acts = {
            "on": endpoints.switch_on, "off": endpoints.switch_off,
            "delete": endpoints.delete_endpoint,
        }  # fmt: skip
        if acts[arguments.act](ctx, agent.id, arguments.endpoint, actor):
            return f"{arguments.endpoint}: {arguments.act}"
    raise StaffRefused("there is no such endpoint, or it is off")


def _replay(ctx: "Context", agent: "AgentRow", arguments: argparse.Namespace, actor: str) -> str:
    from datetime import timedelta

    from app.services.merchants.replay import replay_since

    since = ctx.clock.now() - timedelta(hours=min(max(arguments.hours, 0), 100_000))
    sent = replay_since(ctx, agent.id, arguments.endpoint, since, actor)
    return f"{sent} events are sent again"


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


_VERBS = {"let": _let, "stop": _stop, "key": _key, "endpoint": _endpoint, "replay": _replay}
