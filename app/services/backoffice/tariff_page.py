"""Commissions as staff see them: what is valid, what is to come, and what new bands would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import cash_samples, tariffs
from app.db.approvals import ApprovalRow
from app.domain.agency import Band, Tariff
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY
from app.services.backoffice.waiting_tickets import waiting_about
from app.services.context import Context
from app.services.set_tariff import CASH_ACTS, TariffWanted, check_tariff

LATELY = timedelta(days=30)
_SHOWN = 20
_NOTHING = Band(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class BandLine:
    """What amounts above `above` and up to `up_to` cost and earn. `ours` is what is left of the fee
    once both commissions are paid; negative: what it costs us."""

    above: Money
    up_to: Money
    fee: Money
    agent: Money
    parent: Money

    @property
    def ours(self) -> Money:
        return self.fee - self.agent - self.parent


@dataclass(frozen=True, slots=True)
class TariffLine:
    """`state`: to_come, valid or over."""

    tariff: Tariff
    state: str
    ticket: str | None
    bands: Sequence[BandLine]


@dataclass(frozen=True, slots=True)
class TariffPage:
    country: str
    act: WalletAct
    currency: str
    lines: Sequence[TariffLine]
    tickets: Sequence[ApprovalRow]

    @property
    def valid(self) -> TariffLine | None:
        return next((line for line in self.lines if line.state == "valid"), None)


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of amounts within one band of both tariffs; None: not offered."""

    above: Money
    up_to: Money
    before: BandLine | None
    after: BandLine | None


@dataclass(frozen=True, slots=True)
class TariffPreview:
    """`acts`: how many of the newest acts, none older than 30 days, were looked at; what was left
    for us of their fees by the old bands, and what would have been by the new ones."""

    country: str
    act: WalletAct
    begins: datetime | None
    changes: Sequence[Change]
    acts: int
    ours_before: Money
    ours_after: Money


def all_tariffs(ctx: Context) -> list[tuple[TariffLine, list[Tariff]]]:
    """Of each country and act what is valid, with what is to come."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        return [
            (_line(one, "valid"), tariffs.to_come(tx, one.country, one.act, now))
            for one in tariffs.all_in_force(tx, now)
        ]


def tariff_page(ctx: Context, country: str, act: str) -> TariffPage | None:
    """None for a country or an act that has no cash."""
    if country not in COUNTRY_CURRENCY or act not in CASH_ACTS:
        return None
    now, wanted = ctx.clock.now(), WalletAct(act)
    with ctx.db.statement() as tx:
        found = tariffs.history(tx, country, wanted, _SHOWN)
    lines, valid = [], False
    for tariff, ticket in found:
        state = "to_come" if tariff.valid_from > now else "over" if valid else "valid"
        valid = valid or state == "valid"
        lines.append(_line(tariff, state, ticket))
    return TariffPage(
        country, wanted, COUNTRY_CURRENCY[country], lines,
        waiting_about(ctx, "commission", country=country, cash=act),
    )  # fmt: skip


def tariff_preview(ctx: Context, wanted: TariffWanted) -> TariffPreview:
    """Raises StaffRefused for what can't be asked for."""
    now, currency = ctx.clock.now(), COUNTRY_CURRENCY.get(wanted.country, "")
    with ctx.db.transaction() as tx:
        after = check_tariff(ctx, tx, wanted)
        before = tariffs.in_force(tx, after.country, after.act, after.valid_from)
        amounts = cash_samples.newest_amounts(tx, after.act, currency, now - LATELY)
    return TariffPreview(
        after.country, after.act, wanted.begins, _changes(before, after, currency), len(amounts),
        Money(sum(_ours(before, one) for one in amounts), currency),
        Money(sum(_ours(after, one) for one in amounts), currency),
    )  # fmt: skip


def bands_of(tariff: Tariff) -> list[BandLine]:
    """Its bands in money."""
    currency = COUNTRY_CURRENCY[tariff.country]
    lines, above = [], 0
    for band in tariff.bands:
        lines.append(_band_line(band, above, band.up_to_minor, currency))
        above = band.up_to_minor
    return lines


def _line(tariff: Tariff, state: str, ticket: str | None = None) -> TariffLine:
    return TariffLine(tariff, state, ticket, bands_of(tariff))


def _changes(before: Tariff | None, after: Tariff, currency: str) -> list[Change]:
    tops = sorted({band.up_to_minor for one in (before, after) if one for band in one.bands})
    changes, above = [], 0
    for top in tops:
        old, new = (one.band(top) if one else None for one in (before, after))
        changes.append(Change(
            Money(above, currency), Money(top, currency),
            _band_line(old, above, top, currency) if old else None,
            _band_line(new, above, top, currency) if new else None,
        ))  # fmt: skip
        above = top
    return changes


def _band_line(band: Band, above: int, top: int, currency: str) -> BandLine:
    figures = (above, top, band.fee_minor, band.agent_minor, band.parent_minor)
    return BandLine(*(Money(figure, currency) for figure in figures))


def _ours(tariff: Tariff | None, amount_minor: int) -> int:
    band = (tariff.band(amount_minor) if tariff else None) or _NOTHING
    return band.fee_minor - band.agent_minor - band.parent_minor
