"""`nexustop case`: what subscribers complain of, and what staff answer."""

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.answer_case import CaseFile
    from app.services.context import Context

HELP = "complaints: list, show, take, solve, refuse"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A verb, and which case."""
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list", help="open cases, the most urgent first")
    for verb, text in (
        ("show", "everything that was done about it"),
        ("take", "look after it from now on"),
    ):
        verbs.add_parser(verb, help=text).add_argument("ticket")
    for verb, text in (("solve", "it is put right"), ("refuse", "it won't be")):
        one = verbs.add_parser(verb, help=f"{text}; the answer goes out by SMS")
        one.add_argument("ticket")
        one.add_argument("--answer", required=True, help="what the subscriber reads, in a sentence")


def run(arguments: argparse.Namespace) -> int:
    """Do it; audited under the name of whoever runs the command."""
    from app.bootstrap import parts
    from app.domain.cases import CaseState
    from app.services import answer_case as cases

    context, actor = parts().context, f"cli:{getpass.getuser()}"
    try:
        match arguments.verb:
            case "list":
                _list(context)
            case "show":
                _show(cases.show_case(context, arguments.ticket))
            case "take":
                cases.take_case(context, arguments.ticket, actor)
                print(f"{arguments.ticket} is yours")
            case verb:
                state = {"solve": CaseState.SOLVED, "refuse": CaseState.REFUSED}[verb]
                cases.answer_case(context, arguments.ticket, state, arguments.answer, actor)
                print(f"{arguments.ticket} is {state}; the answer goes out by SMS")
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
