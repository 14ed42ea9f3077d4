"""What a session leaves behind when it drops, and how the next one carries it until then."""

from dataclasses import dataclass
from typing import Any

from menus.engine.session import Data

_STATE, _TRAIL, _MARK = "left.state", "left.trail", "left:"


@dataclass(frozen=True, slots=True)
class Left:
    """Where a session stood, what it knew, and its way back. No screen, no secret."""

    state: str
    data: Data
    trail: tuple[str, ...] = ()

    def to_record(self) -> list[Any]:
        """A JSON value; `from_record` reads it back."""
        return [self.state, dict(self.data), self.trail]

    @staticmethod
    def from_record(record: list[Any]) -> "Left":
        """Read what `to_record` wrote. Raises ValueError or TypeError for anything else."""
        state, data, trail = record
        return Left(str(state), dict(data), tuple(trail))

    def carried(self) -> Data:
        """As data of the session that may take it up."""
        return {
            _STATE: self.state, _TRAIL: " ".join(self.trail),
            **{_MARK + key: value for key, value in self.data.items()},
        }  # fmt: skip

    @staticmethod
    def found(data: Data) -> "Left | None":
        """What a session carries, if it carries anything."""
        state = data.get(_STATE)
        if state is None:
            return None
        known = {
            key.removeprefix(_MARK): value for key, value in data.items() if key.startswith(_MARK)
        }
        return Left(str(state), known, tuple(str(data[_TRAIL]).split()))

    @staticmethod
    def forgotten(data: Data) -> Data:
        """The same without what the session carries of the one before."""
        if _STATE not in data:
            return data
        return {
            key: value for key, value in data.items()
            if key not in {_STATE, _TRAIL} and not key.startswith(_MARK)
        }  # fmt: skip
