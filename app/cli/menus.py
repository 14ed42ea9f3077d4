"""`nexustop menus`: prove the menus and every SMS, list the SMS by length, or draw the menus."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from menus.check import Proof

HELP = "check: every screen and SMS proved; sms: parts of each kind; draw: the graph as a picture"

_ABOUT = """Written by `nexustop menus check --table`. Septets of the longest text that a screen
shows, on all its pages together; a page has {budget}. A screen that is longer is paged, the last
text of a session never is. `pseudo` is English made a third longer."""
_LONGEST_OF_EACH = 6
"""Rows of a language's table: of paged screens, and of those on one page."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb; where pictures go; the budget to prove."""
    parser.add_argument("verb", choices=["check", "sms", "draw"])
    parser.add_argument("--to", type=Path, default=Path("docs/pictures"), help="folder for draw")
    parser.add_argument(
        "--table",
        type=Path,
        nargs="?",
        const=Path("docs/longest-screens.md"),
        help="with check: write the longest screens of each language to this file",
    )
    parser.add_argument("--budget", type=int, default=156, help="septets a screen may take")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 1 when something doesn't hold."""
    return {"check": _check, "sms": _sms, "draw": _draw}[arguments.verb](arguments)


def _check(arguments: argparse.Namespace) -> int:
    from menus.check import CHECKED, proofs
    from menus.flows import STATES

    done = list(proofs(arguments.budget))
    found = [problem for proof in done for problem in proof.problems]
    for problem in found:
        print(problem)
    print(
        f"{len(STATES)} states in {len(CHECKED) - 1} languages and a longer one,"
        f" {arguments.budget} septets: "
        + (f"{len(found)} problems" if found else "all reachable, no dead end, every text fits")
    )
    if arguments.table:
        arguments.table.write_text("\n".join(_table(done, arguments.budget)) + "\n")
        print(arguments.table)
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


def _table(done: list["Proof"], budget: int) -> list[str]:
    """The screens that come nearest to being too long, as a page for people."""
    lines = ["# The longest screens", "", _ABOUT.format(budget=budget), ""]
    for proof in done:
        if not proof.longest:
            continue
        lines += [
            f"## {proof.longest[0].language}",
            "",
            "| screen | septets | pages |",
            "|---|---|---|",
        ]
        paged = [one for one in proof.longest if one.pages > 1][:_LONGEST_OF_EACH]
        single = [one for one in proof.longest if one.pages == 1][:_LONGEST_OF_EACH]
        lines += [f"| {one.state} | {one.septets} | {one.pages} |" for one in (*paged, *single)]
        lines.append("")
    return lines[:-1]


def _draw(arguments: argparse.Namespace) -> int:
    from menus.engine.drawing import mermaid, svg
    from menus.flows import STATES
    from menus.flows.shared import HOME

    arguments.to.mkdir(parents=True, exist_ok=True)
    for name, text in (("menus.mmd", mermaid(STATES)), ("menus.svg", svg(STATES, HOME))):
        (arguments.to / name).write_text(text)
        print(arguments.to / name)
    return 0
