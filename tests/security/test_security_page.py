"""docs/security.md and docs/threat-model.md: every test they name exists, and every row has one or
says why not."""

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
_NAMED = re.compile(r"`([a-z_/0-9]+\.py)(?:::(test_\w+))?`")


@pytest.mark.parametrize("page", ["security.md", "threat-model.md"])
def test_every_test_that_is_named_exists(page: str) -> None:
    named = _NAMED.findall((DOCS / page).read_text())
    missing = [f"{file}::{test}" for file, test in named if test not in {"", *_tests_in(file)}]
    assert missing == []
    assert len(named) > 20


def test_every_item_that_is_claimed_has_a_test_or_a_reason() -> None:
    claimed = (DOCS / "security.md").read_text().split("## Claimed")[1].split("## Deviations")[0]
    rows = [row for row in claimed.splitlines() if re.match(r"\| \d", row)]
    assert len(rows) > 50
    bare = [row for row in rows if not _NAMED.search(row) and "| Reason: " not in row]
    assert bare == []
    items = [row.split("|")[1].strip() for row in rows]
    assert len(items) == len(set(items))
    assert items == sorted(items, key=lambda item: [int(part) for part in item.split(".")])


def test_nothing_is_said_to_be_compliant() -> None:
    for page in ("security.md", "threat-model.md"):
        assert "complian" not in (DOCS / page).read_text().lower()


def _tests_in(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
