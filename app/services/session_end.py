"""What a session ended with, from PostgreSQL, for a gateway that asks again after Redis forgot."""

from app.domain.msisdn import Msisdn
from app.services.buy_airtime import placed_in_session
from app.services.context import Context
from app.services.send_money import sent_in_session
from menus.texts.messages import render


def find_end(ctx: Context, channel: str, session: str, msisdn: Msisdn) -> str | None:
    """The last text of a session in which this MSISDN bought or sent something, else None."""
    transfer = sent_in_session(ctx, channel, session)
    if transfer is not None and transfer.sender == msisdn:
        return render(
            "sending", transfer.language,
            {
                "recipient": transfer.recipient, "reference": transfer.reference,
                "amount_minor": transfer.amount.amount_minor, "currency": transfer.amount.currency,
                "waits": transfer.state == "waiting",
            },
        )  # fmt: skip
    order = placed_in_session(ctx, channel, session)
    if order is None or order.msisdn != msisdn:
        return None
    return render(
        "accepted", order.language,
        {
            "operator": order.operator, "recipient": order.recipient,
            "amount_minor": order.price.amount_minor, "currency": order.price.currency,
            "reference": order.reference,
        },
    )  # fmt: skip
