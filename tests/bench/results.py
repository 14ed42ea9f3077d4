"""A row of the table, and the table."""

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROUNDS = 5


@dataclass
class Row:
    """`value` against `target` in `unit`; `bare` is the bare route's same percentile for latency
    rows; `memory_mb` where the target names memory."""

    name: str
    value: float
    unit: str
    target: str
    met: bool
    rounds: list[float] = field(default_factory=list)
    bare: float | None = None
    memory_mb: float | None = None
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "value": round(self.value, 3), "unit": self.unit, "target": self.target,
            "met": self.met, "rounds": [round(one, 3) for one in self.rounds],
        }  # fmt: skip
        if self.bare is not None:
            shown["bare"] = round(self.bare, 3)
        if self.memory_mb is not None:
            shown["memory_mb"] = round(self.memory_mb, 1)
        if self.note:
            shown["note"] = self.note
        return shown


def ratio(name: str, ours: list[float], theirs: list[float], target: float, note: str) -> Row:
    """Median over rounds of ours over theirs, each round's pair measured next to each other."""
    rounds = [a / b for a, b in zip(ours, theirs, strict=True)]
    value = statistics.median(rounds)
    detail = f"{note}: {statistics.median(ours):,.0f}/s against {statistics.median(theirs):,.0f}/s"
    return Row(name, value, "x", f">= {target:g}", value >= target, rounds, note=detail)


def percentile(values: list[float], of: float) -> float:
    """The value below which `of` per cent lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * of / 100))]


def write(rows: list[Row], path: Path) -> None:
    """Merge into the file of the last run, so that single rows can be measured again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(path.read_text()) if path.exists() else {}
    known |= {row.name: row.as_json() for row in rows}
    path.write_text(json.dumps(known, indent=2) + "\n")


def show(rows: list[Row]) -> None:
    """The table, for a person."""
    print(f"\n{'row':<22}{'value':>10}  {'target':<26}{'':<7}measured")
    for row in rows:
        value = f"{row.value:.2f} {row.unit}".replace(" x", "x")
        print(f"{row.name:<22}{value:>12}  {row.target:<26}{'met' if row.met else 'MISSED':<7}"
              f"{row.note}")  # fmt: skip
