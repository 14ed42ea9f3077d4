"""Keep what gateways say afterwards: delivery reports, opt-outs, ends of sessions."""

from collections.abc import Sequence

from app.db import consents, sms, sms_gateways, timeline
from app.domain.msisdn import Msisdn
from app.ports.channels import DeliveryReport, OptOut, SessionEnd
from app.services.context import Context

_BY_SMS = "sms"


def record_delivery(ctx: Context, report: DeliveryReport) -> bool:
    """A delivery report, forward only; False when it changed nothing."""
    return record_deliveries(ctx, [report]) == 1


def record_deliveries(ctx: Context, reports: Sequence[DeliveryReport]) -> int:
    """Delivery reports, at most one of an SMS, forward only; how many changed something."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        changed = sms.report(tx, reports, now)
        for msisdn, report in changed:
            if report.do_not_disturb:
                sms_gateways.remember_refusal(tx, msisdn, report.channel, report.reason, now)
    return len(changed)


def record_opt_out(ctx: Context, wish: OptOut) -> None:
    """The handset wants no promotional SMS."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        if sms.opt_out(tx, wish, now):
            consents.marketing(tx, wish.msisdn, _BY_SMS, now, given=False)


def record_opt_in(ctx: Context, msisdn: Msisdn) -> None:
    """The handset wants promotional SMS again."""
    with ctx.db.transaction() as tx:
        if sms.opt_in(tx, msisdn):
            consents.marketing(tx, msisdn, _BY_SMS, ctx.clock.now(), given=True)


def record_session_end(ctx: Context, end: SessionEnd) -> None:
    """A USSD session is over, says its gateway."""
    with ctx.db.statement() as tx:
        timeline.end_session(tx, end, ctx.clock.now())
