"""`nexustop menus`: prove the menus and every SMS, list the SMS by length, or draw the menus."""

import argparse
from pathlib import Path

HELP = "check: every screen and SMS proved; sms: parts of each kind; draw: the graph as a picture"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb; where pictures go; the budget to prove."""
    parser.add_argument("verb", choices=["check", "sms", "draw"])
    parser.add_argument("--to", type=Path, default=Path("docs/pictures"), help="folder for draw")
    parser.add_argument("--budget", type=int, default=156, help="septets a screen may take")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something doesn't hold."""
    return {"check": _check, "sms": _sms, "draw": _draw}[arguments.verb](arguments)


def _check(arguments: argparse.Namespace) -> int:
    from menus.check import problems
    from menus.flows import STATES
    from menus.texts.catalogue import LANGUAGES

    found = list(problems(arguments.budget))
    for problem in found:
        print(problem)
    print(
        f"{len(STATES)} states in {len(LANGUAGES)} languages, {arguments.budget} septets: "
        + (f"{len(found)} problems" if found else "all reachable, no dead end, every text fits")
    )
    return 1 if found else 0


def _sms(_: argparse.Namespace) -> int:
    from menus.check import longest_sms
    from menus.texts.kinds import class_of, most_parts

    print(f"{'kind':<22}{'class':<15}{'parts':<7}{'declared':<10}septets at most")
    for one in longest_sms():
        print(
            f"{one.kind:<22}{class_of(one.kind):<15}{one.parts:<7}{most_parts(one.kind):<10}"
            f"{one.septets} ({one.language})"
        )
    return 0


def _draw(arguments: argparse.Namespace) -> int:
    from menus.engine.drawing import mermaid, svg
    from menus.flows import STATES
    from menus.flows.shared import HOME

    arguments.to.mkdir(parents=True, exist_ok=True)
    for name, text in (("menus.mmd", mermaid(STATES)), ("menus.svg", svg(STATES, HOME))):
        (arguments.to / name).write_text(text)
        print(arguments.to / name)
    return 0
