"""What a session ended with, from PostgreSQL, for a gateway that asks again after Redis forgot."""

from app.domain.msisdn import Msisdn
from app.services.buy_airtime import placed_in_session
from app.services.context import Context
from menus.texts.messages import render


def find_end(ctx: Context, channel: str, session: str, msisdn: Msisdn) -> str | None:
    """The last text of a session that placed an order for this MSISDN, else None."""
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
