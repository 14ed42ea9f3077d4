"""`nexustop menus`: prove the menus, or draw them."""

import argparse
from pathlib import Path

HELP = "check: every screen proved in every language; draw: the graph as Mermaid and SVG"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb; where pictures go; the budget to prove."""
    parser.add_argument("verb", choices=["check", "draw"])
    parser.add_argument("--to", type=Path, default=Path("docs/pictures"), help="folder for draw")
    parser.add_argument("--budget", type=int, default=156, help="septets a screen may take")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something doesn't hold."""
    return {"check": _check, "draw": _draw}[arguments.verb](arguments)


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


def _draw(arguments: argparse.Namespace) -> int:
    from menus.engine.drawing import mermaid, svg
    from menus.flows import STATES
    from menus.flows.shared import HOME

    arguments.to.mkdir(parents=True, exist_ok=True)
    for name, text in (("menus.mmd", mermaid(STATES)), ("menus.svg", svg(STATES, HOME))):
        (arguments.to / name).write_text(text)
        print(arguments.to / name)
    return 0
