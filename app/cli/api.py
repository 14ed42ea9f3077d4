"""`nexustop api`: write what describes the REST API."""

import argparse
from pathlib import Path

HELP = "openapi: write docs/openapi.json; problems: write the table in docs/api.md"
BEGINS, ENDS = "<!-- problems -->\n", "<!-- /problems -->\n"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb, and where to."""
    parser.add_argument("verb", choices=["openapi", "problems"])
    parser.add_argument("--to", type=Path, help="another file")


def run(arguments: argparse.Namespace) -> int:
    """Write it."""
    return {"openapi": _openapi, "problems": _problems}[arguments.verb](arguments.to)


def _openapi(to: Path | None) -> int:
    from app.web.api.site import described

    file = to or Path("docs/openapi.json")
    file.write_text(described())
    print(file)
    return 0


def _problems(to: Path | None) -> int:
    file = to or Path("docs/api.md")
    file.write_text(with_problems(file.read_text()))
    print(file)
    return 0


def with_problems(text: str) -> str:
    """The document with today's table between its marks."""
    from app.web.api.documents import problem_table

    head, _, rest = text.partition(BEGINS)
    return f"{head}{BEGINS}{problem_table()}{ENDS}{rest.partition(ENDS)[2]}"
