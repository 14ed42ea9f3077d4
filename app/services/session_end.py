"""What a session ended with, from PostgreSQL, for a gateway that asks again after Redis forgot."""

from collections.abc import Callable

from app.db import cash, charges, ledger, orders, transfers, vouchers
from app.db.engine import Transaction
from app.domain.ledger import wallet
from app.domain.msisdn import Msisdn, country_of
from app.services.context import Context
from app.services.order_params import order_params
from menus.texts.messages import render

Ended = tuple[Msisdn, str] | None
"""Who ended it, and the text."""


def find_end(ctx: Context, channel: str, session: str, msisdn: Msisdn) -> str | None:
    """The last text of a session in which this MSISDN moved money, else None."""
    with ctx.db.statement() as tx:
        for find in _ENDS:
            ended = find(ctx, tx, channel, session)
            if ended is not None and ended[0] == msisdn:
                return ended[1]
    return None


def _order(_: Context, tx: Transaction, channel: str, session: str) -> Ended:
    order = orders.find_by_session(tx, channel, session)
    if order is None:
        return None
    until = orders.held_until(tx, order.id)
    if until is None:
        return order.msisdn, render("accepted", order.language, order_params(order))
    said = {**order_params(order), "until": until.isoformat(), "country": country_of(order.msisdn)}
    return order.msisdn, render("order_held", order.language, said)


def _transfer(_: Context, tx: Transaction, channel: str, session: str) -> Ended:
    transfer = transfers.find_by_session(tx, channel, session)
    if transfer is None:
        return None
    said = {
        "recipient": transfer.recipient, "reference": transfer.reference,
        "amount_minor": transfer.amount.amount_minor, "currency": transfer.amount.currency,
        "waits": transfer.state == "waiting",
    }  # fmt: skip
    return transfer.sender, render("sending", transfer.language, said)


def _withdrawal(ctx: Context, tx: Transaction, channel: str, session: str) -> Ended:
    asked = cash.withdrawal_of_session(tx, channel, session)
    if asked is None:
        return None
    said = {
        "amount_minor": asked.amount.amount_minor, "total_minor": asked.total.amount_minor,
        "currency": asked.amount.currency, "reference": asked.reference,
        "until": asked.expires_at.isoformat(), "country": asked.country,
        "code": ctx.codes.code(asked.channel, asked.session, asked.step).value,
    }  # fmt: skip
    return asked.customer, render("withdrawal_code", asked.language, said)


def _cash(_: Context, tx: Transaction, channel: str, session: str) -> Ended:
    done = cash.done_in_session(tx, channel, session)
    if done is None:
        return None
    said = {
        "amount_minor": done.amount.amount_minor, "currency": done.amount.currency,
        "number": done.customer, "reference": done.reference,
    }  # fmt: skip
    return done.agent, render(f"{done.kind}_again", done.language, said)


def _voucher(_: Context, tx: Transaction, channel: str, session: str) -> Ended:
    redeemed = vouchers.redeemed_in_session(tx, channel, session)
    if redeemed is None:
        return None
    balance = ledger.balance(tx, wallet(redeemed.subscriber_id, redeemed.face.currency))
    said = {
        "amount_minor": redeemed.face.amount_minor, "balance_minor": balance.amount_minor,
        "currency": balance.currency, "reference": redeemed.reference,
    }  # fmt: skip
    return redeemed.msisdn, render("topped_up", redeemed.language, said)


def _charge(_: Context, tx: Transaction, channel: str, session: str) -> Ended:
    charge = charges.find_by_session(tx, channel, session)
    if charge is None:
        return None
    said = {
        "amount_minor": charge.amount.amount_minor, "currency": charge.amount.currency,
        "reference": charge.reference,
    }  # fmt: skip
    return charge.owner, render("charge_asked", charge.language, said)


_ENDS: tuple[Callable[[Context, Transaction, str, str], Ended], ...] = (
    _order,
    _transfer,
    _withdrawal,
    _cash,
    _voucher,
    _charge,
)
