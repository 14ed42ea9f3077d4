"""A USSD session as data: immutable, small, and free of secrets."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Value = str | int
Data = Mapping[str, Value]


_NOTHING: Mapping[str, Value] = MappingProxyType({})


class Offer(NamedTuple):
    """One option as it was shown: the digits to press, where they lead, what they choose."""

    key: str
    to: str
    put: Data
    walk: bool = True


class Session(NamedTuple):
    """Where a session stands between two hops.

    `pages` and `offers` are what the subscriber is looking at, so that an input is held against
    what was shown and a repeated screen needs no fact again. `trail` is the way back. `waiting`
    is set while a request of the state is being answered.
    """

    state: str
    data: Data = _NOTHING
    pages: tuple[str, ...] = ()
    offers: tuple[Offer, ...] = ()
    page: int = 0
    mistakes: int = 0
    trail: tuple[str, ...] = ()
    waiting: str = ""
    notice: str = ""

    def but(self, **changes: Any) -> "Session":
        """The same session with some fields changed. A hop does this several times: that is why a
        session is a named tuple (`dataclasses.replace` takes several times as long)."""
        return self._replace(**changes)

    def with_data(self, put: Data) -> "Session":
        return self.but(data={**self.data, **put}) if put else self

    def to_record(self) -> list[Any]:
        """A JSON value; `from_record` reads it back."""
        offers = [[o.key, o.to, dict(o.put), o.walk] for o in self.offers]
        return [self.state, dict(self.data), self.pages, offers, self.page, self.mistakes,
                self.trail]  # fmt: skip

    @staticmethod
    def from_record(record: list[Any]) -> "Session":
        """Read what `to_record` wrote. Raises ValueError for anything else."""
        state, data, pages, offers, page, mistakes, trail = record
        return Session(
            state, data, tuple(pages), tuple(Offer(*offer) for offer in offers), page, mistakes,
            tuple(trail),
        )  # fmt: skip
