"""`nexustop case`: what subscribers complain of, and what staff answer."""

import argparse
import sys
from typing import TYPE_CHECKING

from app.cli.signing_in import add_actor, signed_in
from app.domain.roles import Right

if TYPE_CHECKING:
    from app.services.answer_case import CaseFile
    from app.services.context import Context

_ENDS = {"solve": "solved", "refuse": "refused"}
HELP = "complaints: list, show; take, hand-over, recall, solve, refuse"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A verb, and which case."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="open cases, the most urgent first")
    verbs.add_parser("show", help="everything that was done about it").add_argument("ticket")
    for verb, text in (
        ("take", "look after it from now on"),
        ("hand-over", "somebody else looks after it from now on"),
        ("recall", "have the vendor asked to take the delivery back"),
        ("solve", "it is put right; the answer goes out by SMS"),
        ("refuse", "it won't be put right; the answer goes out by SMS"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("ticket")
        add_actor(one)
        if verb in _ENDS:
            said = "what the subscriber reads, in a sentence"
            one.add_argument("--answer", required=True, help=said)
        if verb == "hand-over":
            one.add_argument("--to", required=True, metavar="EMAIL", help="who answers it now")
            one.add_argument("--reason", required=True, help="what is left to do")


def run(arguments: argparse.Namespace) -> int:
    """Do it; audited under the name of whoever signs in."""
    from app.bootstrap import parts
    from app.services import answer_case as cases
    from app.services.staff_refused import StaffRefused

    context = parts().context
    try:
        match arguments.verb:
            case "list":
                _list(context)
            case "show":
                _show(cases.show_case(context, arguments.ticket))
            case _:
                actor = signed_in(context, arguments.actor, Right.ANSWER_CASE)
                print(_act(context, arguments, actor))
    except StaffRefused as refused:
        print(refused, file=sys.stderr)
        return 1
    except cases.NoSuchCase as missing:
        print(f"there is no case {missing}", file=sys.stderr)
        return 1
    except cases.CaseEnded as ended:
        print(f"{ended} was answered before", file=sys.stderr)
        return 1
    except cases.AnswerUnfit:
        print(f"an answer is 1 to {cases.LONGEST_ANSWER} plain characters", file=sys.stderr)
        return 1
    return 0


def _act(context: "Context", arguments: argparse.Namespace, actor: str) -> str:
    from app.domain.cases import CaseState
    from app.services import answer_case as cases

    ticket = arguments.ticket
    match arguments.verb:
        case "take":
            cases.take_case(context, ticket, actor)
            return f"{ticket} is yours"
        case "hand-over":
            cases.hand_over_case(context, ticket, arguments.to, arguments.reason, actor)
            return f"{ticket} is {arguments.to}'s"
        case "recall":
            cases.ask_recall(context, ticket, actor)
            return "its vendor is asked to take the delivery back"
    state = CaseState(_ENDS[arguments.verb])
    cases.answer_case(context, ticket, state, arguments.answer, actor)
    return f"{ticket} is {state}; the answer goes out by SMS"


def _list(context: "Context") -> None:
    from app.services.answer_case import list_cases

    found = list_cases(context)
    for case in found:
        print(
            f"{case.ticket}  {case.msisdn}  {case.kind:<12}  about {case.subject or '-':<6}"
            f"  answer by {case.answer_by:%Y-%m-%d %H:%M} UTC  {case.owner or 'nobody yet'}"
        )
    if not found:
        print("No open cases. One appears here when a subscriber reports a problem.")


def _show(file: "CaseFile") -> None:
    case = file.case
    print(f"{case.ticket}  {case.msisdn}  {case.kind}  about {case.subject or '-'}  {case.state}")
    print(f"answer by {case.answer_by:%Y-%m-%d %H:%M} UTC, owner {case.owner or 'nobody yet'}")
    for at, actor, step, detail in file.steps:
        print(f"  {at:%Y-%m-%d %H:%M} {actor}: {step} {detail}".rstrip())
