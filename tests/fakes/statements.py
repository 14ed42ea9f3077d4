"""A provider whose API lists what it is told to, or breaks off in the middle."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.ports.statements import StatementLine, StatementUnavailable


@dataclass
class ScriptedStatements:
    """`lines` by day; `breaks_off`: why it stops after the first line, empty when it doesn't."""

    name: str = "paystack"
    lines: dict[date, list[StatementLine]] = field(default_factory=dict)
    breaks_off: str = ""
    asked: list[date] = field(default_factory=list)

    def statement(self, day: date) -> Iterator[StatementLine]:
        self.asked.append(day)
        for line in self.lines.get(day, []):
            yield line
            if self.breaks_off:
                raise StatementUnavailable(self.breaks_off)
        if self.breaks_off:
            raise StatementUnavailable(self.breaks_off)
