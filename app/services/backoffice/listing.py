"""A list as a page shows it: what its address asks for, a page of rows, and where it goes on.

Whatever is wrong in an address is said beside its filter; no rows are read then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.db import listing as rows_of
from app.db.listing import Asks, Column, Condition, Filter, ListSpec, Place, Row
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from app.services.context import Context

PAGE_SIZE = 50
LOOKED_THROUGH = 50_000
"""So many rows a page of a long list looks through at most for what no index finds."""
LONGEST_WORD = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """`typed` holds the filters that were filled in, `problems` what is wrong with them; `days` are
    those of the conditions that the order's index knows, `scattered`: there are others, and no
    index finds their rows."""

    spec: ListSpec
    typed: Mapping[str, str]
    conditions: tuple[Condition, ...]
    problems: Mapping[str, str]
    columns: tuple[Column, ...]
    place: Place | None = None
    days: tuple[Condition, ...] = ()
    scattered: bool = False

    @property
    def address(self) -> dict[str, str]:
        """Filters and columns as they stand in an address, without the place."""
        usual = tuple(one for one in self.spec.columns if one.chosen)
        chosen = (
            {} if self.columns == usual else {"columns": ",".join(c.name for c in self.columns)}
        )
        return {**self.typed, **chosen}


@dataclass(frozen=True, slots=True)
class Listing:
    """`next_key` and `previous_key` are the addresses' `after` and `before`; empty at the ends.
    `looked_through`: so many rows were, and there are more of which nothing is known; 0 when all
    were."""

    wanted: Wanted
    rows: Sequence[Row] = field(default_factory=list)
    next_key: str = ""
    previous_key: str = ""
    looked_through: int = 0

    @property
    def spec(self) -> ListSpec:
        return self.wanted.spec

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.wanted.columns


def read_address(spec: ListSpec, asked: Mapping[str, str], zone: str) -> Wanted:
    """What an address asks for; days begin at midnight of `zone` (an IANA name)."""
    typed: dict[str, str] = {}
    conditions: list[Condition] = []
    days: list[Condition] = []
    others: list[bool] = []
    problems: dict[str, str] = {}
    for one in spec.filters:
        text = asked.get(one.name, "").strip()
        if not text:
            continue
        typed[one.name] = text[:LONGEST_WORD]
        try:
            condition: Condition = (one.sql, _value(one, text, ZoneInfo(zone)))
            conditions.append(condition)
            if one.asks in (Asks.FROM_DAY, Asks.TO_DAY) and not spec.by_id:
                days.append(condition)
            else:
                others.append(one.finds(text))
        except ValueError as problem:
            problems[one.name] = str(problem)
    place = None
    try:
        place = _place(asked)
    except ValueError as problem:
        problems["place"] = str(problem)
    return Wanted(
        spec, typed, tuple(conditions), problems, _columns(spec, asked, problems), place,
        tuple(days), scattered=bool(others) and not any(others),
    )  # fmt: skip


def listing(ctx: Context, wanted: Wanted, within: int | None = None) -> Listing:
    """A page of rows. `within` says whose, where the list is somebody's."""
    if wanted.problems:
        return Listing(wanted)
    conditions = scoped(wanted, within)
    with ctx.db.transaction() as tx:
        until = None
        if wanted.scattered and wanted.spec.table:
            among = (*_scope(wanted, within), *wanted.days)
            until = rows_of.reach(tx, wanted.spec, among, wanted.place, LOOKED_THROUGH)
        rows = rows_of.read(
            tx, wanted.spec, wanted.columns, conditions, wanted.place, PAGE_SIZE + 1, until
        )  # fmt: skip
    backwards = wanted.place is not None and wanted.place.before
    more = len(rows) > PAGE_SIZE
    if more:
        rows, until = rows[1:] if backwards else rows[:-1], None
    ahead = until or (_edge(rows, wanted.place, last=not backwards) if more else None)
    behind = _edge(rows, wanted.place, last=backwards) if wanted.place else None
    older, newer = (behind, ahead) if backwards else (ahead, behind)
    return Listing(
        wanted, rows, next_key=_key(older), previous_key=_key(newer),
        looked_through=LOOKED_THROUGH if until else 0,
    )  # fmt: skip


def scoped(wanted: Wanted, within: int | None) -> tuple[Condition, ...]:
    """The conditions, with whose rows they are. Raises ValueError when that isn't said of a list
    that is somebody's, or is said of one that isn't."""
    if bool(wanted.spec.scope) != (within is not None):
        raise ValueError(f"whose {wanted.spec.name}?")
    return (*_scope(wanted, within), *wanted.conditions)


def _scope(wanted: Wanted, within: int | None) -> tuple[Condition, ...]:
    return ((wanted.spec.scope, within),) if wanted.spec.scope else ()


def _value(one: Filter, text: str, zone: ZoneInfo) -> object:
    """What the filter compares with. Raises ValueError with what to type instead."""
    if len(text) > LONGEST_WORD or "\0" in text:
        raise ValueError(f"Type {LONGEST_WORD} characters or fewer.")
    match one.asks:
        case Asks.WORD:
            if text not in one.words:
                raise ValueError("Choose one of the list.")
            return text
        case Asks.TEXT:
            return text
        case Asks.MSISDN:
            try:
                return parse_msisdn(text)
            except NotAnMsisdn:
                raise ValueError("Type a whole mobile number, like 0803 000 0001.") from None
        case Asks.FROM_DAY:
            return midnight(text, zone)
        case Asks.TO_DAY:
            return midnight(text, zone, days=1)


def midnight(text: str, zone: ZoneInfo, days: int = 0) -> datetime:
    """The moment at which a typed day begins, or another `days` later. Raises ValueError with what
    to type instead."""
    try:
        day = date.fromisoformat(text)
        return datetime.combine(day + timedelta(days=days), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("Type a day, like 2026-11-29.") from None


def _columns(
    spec: ListSpec, asked: Mapping[str, str], problems: dict[str, str]
) -> tuple[Column, ...]:
    """The chosen ones in their usual order."""
    names = {name for name in asked.get("columns", "").split(",") if name}
    if unknown := names - {column.name for column in spec.columns}:
        problems["columns"] = f"There is no column {min(unknown)[:LONGEST_WORD]}."
        names = set()
    return tuple(one for one in spec.columns if (one.name in names if names else one.chosen))


def _edge(rows: Sequence[Row], place: Place | None, *, last: bool) -> Row | Place | None:
    """The page's last row or its first; of a page without rows the place that it began at, so that
    the row there is seen from the other side."""
    if rows:
        return rows[-1] if last else rows[0]
    return place and Place(place.at, place.id + (1 if place.before else -1))


def _key(row: Row | Place | None) -> str:
    """Microseconds since 1970 and the id; empty for none."""
    if row is None:
        return ""
    return f"{(row.at - EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _place(asked: Mapping[str, str]) -> Place | None:
    for name in ("after", "before"):
        if key := asked.get(name, ""):
            at, _, id_ = key.partition("-")
            if not (at.isascii() and at.isdigit() and id_.isascii() and id_.isdigit()) or (
                len(at) > 17 or len(id_) > 18
            ):
                raise ValueError("This page of the list doesn't exist; begin at its first.")
            moment = EPOCH + timedelta(microseconds=int(at))
            return Place(moment, int(id_), before=name == "before")
    return None
