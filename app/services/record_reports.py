"""Keep what gateways say afterwards: delivery reports, opt-outs, ends of sessions."""

from collections.abc import Sequence

from app.db import sms, sms_gateways, timeline
from app.domain.msisdn import Msisdn
from app.ports.channels import DeliveryReport, OptOut, SessionEnd
from app.services.context import Context


def record_delivery(ctx: Context, report: DeliveryReport) -> bool:
    """A delivery report, forward only; False when it changed nothing."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        msisdn = sms.report(tx, report, now)
        if msisdn is not None and report.do_not_disturb:
            sms_gateways.remember_refusal(tx, msisdn, report.channel, report.reason, now)
    return msisdn is not None


def record_deliveries(ctx: Context, reports: Sequence[DeliveryReport]) -> int:
    """Delivery reports of a gateway whose ids are our own, forward only; how many moved their
    SMS."""
    with ctx.db.statement() as tx:
        return sms.report_all(tx, reports, ctx.clock.now())


def record_opt_out(ctx: Context, wish: OptOut) -> None:
    """The handset wants no promotional SMS."""
    with ctx.db.statement() as tx:
        sms.opt_out(tx, wish, ctx.clock.now())


def record_opt_in(ctx: Context, msisdn: Msisdn) -> None:
    """The handset wants promotional SMS again."""
    with ctx.db.statement() as tx:
        sms.opt_in(tx, msisdn)


def record_session_end(ctx: Context, end: SessionEnd) -> None:
    """A USSD session is over, says its gateway."""
    with ctx.db.statement() as tx:
        timeline.end_session(tx, end, ctx.clock.now())
