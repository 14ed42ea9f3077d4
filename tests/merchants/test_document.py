"""docs/merchants.md: what it says is so, and its example of checking a signature works."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.domain.api_callers import Scope
from app.domain.rehearsed import OUTCOMES
from app.domain.secret import Secret
from app.domain.webhooks import PAUSES, EventKind, signature

TEXT = (Path(__file__).parents[2] / "docs/merchants.md").read_text()


def _example() -> Callable[..., bool]:
    found = re.search(r"```python\n(.*?)```", TEXT, re.DOTALL)
    assert found
    code = found.group(1)
    assert len([line for line in code.splitlines() if line.strip()]) <= 12
    made: dict[str, Any] = {}
    exec(code, made)  # noqa: S102 - the document's own lines
    example: Callable[..., bool] = made["from_nexustop"]
    return example


def test_the_example_knows_our_signature_from_others() -> None:
    check, body, at = _example(), b'{"id":"evt_1"}', 1_770_000_000
    old, new = Secret("nxw_old"), Secret("nxw_new")
    header = signature(body, at, [new, old])
    for secret in (old, new):
        assert check(secret.value, header, body, at + 10)
    assert not check("nxw_other", header, body, at)
    assert not check(new.value, header, body + b" ", at)
    assert not check(new.value, header, body, at + 301)
    moved = header.replace(f"t={at}", f"t={at + 300}")
    assert not check(new.value, moved, body, at + 300)
    for wrong in ("", "t=,v1=", "v1=" + "0" * 64, f"t={at}", "nonsense"):
        assert not check(new.value, wrong, body, at)


def test_numbers_scopes_and_events_are_those_of_the_program() -> None:
    for digits, outcome in OUTCOMES.items():
        assert f"| {digits} | {outcome.says} |" in TEXT
    for word in (*Scope, *EventKind):
        assert f"`{word}`" in TEXT


def test_the_pauses_are_those_of_the_program() -> None:
    said = {"1 min": 60, "5 min": 300, "30 min": 1_800, "2 h": 7_200, "6 h": 21_600}
    row = next(line for line in TEXT.splitlines() if line.startswith("| after the one before"))
    assert [cell.strip() for cell in row.split("|")][3:8] == list(said)
    assert list(PAUSES) == [
        *(timedelta(seconds=seconds) for seconds in said.values()), *[timedelta(hours=12)] * 5
    ]  # fmt: skip
