"""One entry of the audit log, what it changed, and how the chain stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import audit_checks
from app.db.audit_checks import CheckRow, EntryRow
from app.security.audit import Entry
from app.services.context import Context


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after; None where it wasn't there."""

    name: str
    before: str | None
    after: str | None

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class EntryPage:
    """`holds`: its digest is what its content says. Whether the chain holds, a verification
    says."""

    row: EntryRow
    changes: Sequence[Change]
    holds: bool


@dataclass(frozen=True, slots=True)
class ChainState:
    """None: it was never done."""

    verified: CheckRow | None
    anchored: CheckRow | None


def show_entry(ctx: Context, number: int) -> EntryPage | None:
    with ctx.db.statement() as tx:
        row = audit_checks.entry(tx, number)
    if row is None:
        return None
    said = Entry(
        row.at, row.actor, row.act, row.subject, row.detail, row.address, row.before, row.after
    )
    return EntryPage(row, _changes(row), said.digest(row.previous) == row.digest)


def chain_state(ctx: Context) -> ChainState:
    with ctx.db.statement() as tx:
        return ChainState(audit_checks.latest(tx, "verified"), audit_checks.latest(tx, "anchored"))


def _changes(row: EntryRow) -> list[Change]:
    before, after = dict(row.before or {}), dict(row.after or {})
    names = dict.fromkeys([*before, *after])
    return [Change(name, _text(before, name), _text(after, name)) for name in names]


def _text(said: dict[str, object], name: str) -> str | None:
    value = said.get(name)
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
    return str(value)
