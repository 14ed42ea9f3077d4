"""Acts that the scheduler repeats."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.observability.logging import logger, where

_log = logger("scheduler")


@dataclass
class Regular:
    """An act and how often it runs, in seconds."""

    name: str
    every: float
    act: Callable[[], object]
    due: float = field(default=0.0)

    def run_if_due(self, now: float) -> None:
        """Run it when its time has come; a failure is logged and it comes again."""
        if now < self.due:
            return
        self.due = now + self.every
        try:
            self.act()
        except Exception as error:  # noqa: BLE001 - a server may be away; it comes again
            _log.warning("regular_failed", name=self.name, error=where(error))
