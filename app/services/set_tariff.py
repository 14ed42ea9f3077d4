"""What cash at an agent costs and earns: one person asks for new bands, another approves, and the
tariff is added for good. It begins when it was asked for, but never before it was approved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import tariffs
from app.db.approvals import ApprovalRow
from app.db.engine import Transaction
from app.domain.agency import Band, Tariff, cash_limits, earns_by_turning
from app.domain.days import day_of
from app.domain.errors import BadTariff
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.operators import COUNTRY_CURRENCY
from app.services.ask_approval import ask_approval
from app.services.context import Context
from app.services.staff_refused import StaffRefused

CASH_ACTS = (WalletAct.CASH_IN, WalletAct.CASH_OUT)


@dataclass(frozen=True, slots=True)
class TariffWanted:
    """`figures`: of each band up to, fee, the agent's, the parent's, in minor units; `begins` None:
    as soon as it is approved."""

    country: str
    act: WalletAct
    figures: Sequence[Sequence[int]]
    begins: datetime | None


def ask_tariff(
    ctx: Context, wanted: TariffWanted, reason: str, actor: str, key: str | None = None
) -> str:
    """The ticket under which another person decides. Raises StaffRefused."""
    with ctx.db.transaction() as tx:
        tariff = check_tariff(ctx, tx, wanted)
        detail = {
            "country": tariff.country, "cash": tariff.act.value, "bands": tariff.figures,
            "from": wanted.begins.isoformat() if wanted.begins else "",
        }  # fmt: skip
        return ask_approval(ctx, tx, "commission", detail, reason, actor, key)


def set_tariff(ctx: Context, tx: Transaction, approval: ApprovalRow, actor: str) -> str:  # noqa: ARG001 - every act is told who approved
    """Add a tariff that was approved; its name."""
    tariff = check_tariff(ctx, tx, tariff_of(approval))
    return f"tariff:{tariffs.add(tx, tariff, approval.ticket, ctx.clock.now())}"


def tariff_of(approval: ApprovalRow) -> TariffWanted:
    """What was asked for."""
    detail = approval.detail
    begins = datetime.fromisoformat(detail["from"]) if detail["from"] else None
    return TariffWanted(detail["country"], WalletAct(detail["cash"]), detail["bands"], begins)


def check_tariff(ctx: Context, tx: Transaction, wanted: TariffWanted) -> Tariff:
    """The tariff as it would be added now. Raises StaffRefused for one that makes no sense, offers
    more cash than may move in a day, or lets somebody earn by putting money in and taking it out
    again."""
    if wanted.country not in COUNTRY_CURRENCY or wanted.act not in CASH_ACTS:
        raise StaffRefused(f"cash is moved in {', '.join(sorted(COUNTRY_CURRENCY))} only")
    now, currency = ctx.clock.now(), COUNTRY_CURRENCY[wanted.country]
    try:
        tariff = Tariff(
            wanted.country, wanted.act, tuple(Band(*figures) for figures in wanted.figures),
            max(wanted.begins or now, now),
        )  # fmt: skip
    except BadTariff as bad:
        raise StaffRefused(str(bad)) from None
    limits = cash_limits(wanted.country, day_of(now, wanted.country))
    if limits is None or tariff.bands[-1].up_to_minor > limits.customer_day_minor:
        most = Money(limits.customer_day_minor if limits else 0, currency)
        raise StaffRefused(f"nobody may move more than {most} in a day: no band goes further")
    for other in _met(tx, tariff):
        pair = (tariff, other) if tariff.act is WalletAct.CASH_IN else (other, tariff)
        turned = earns_by_turning(*pair)
        if turned is not None:
            raise StaffRefused(
                f"whoever puts {Money(turned, currency)} in and takes it out again would earn more"
                " than it costs: raise the fee or lower the commissions"
            )
    return tariff


def _met(tx: Transaction, tariff: Tariff) -> list[Tariff]:
    """The tariffs of the other act that hold while this one does."""
    [other] = (act for act in CASH_ACTS if act is not tariff.act)
    now_in_force = tariffs.in_force(tx, tariff.country, other, tariff.valid_from)
    later = tariffs.to_come(tx, tariff.country, other, tariff.valid_from)
    return [*([now_in_force] if now_in_force else []), *later]
