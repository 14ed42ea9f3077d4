"""`/api/wallet`: what can be spent, and where to pay in."""

from typing import Any

import marshmallow as ma

from app.services.api.wallet import show_wallet
from app.web.api.bodies import Resource
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.desk import ApiDesk


class Account(ma.Schema):
    number = ma.fields.String(required=True, metadata={"example": "9900000001"})
    bank = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class Wallet(ma.Schema):
    balance_minor = ma.fields.Integer(
        required=True, allow_none=True,
        metadata={
            "description": "What can be spent, in minor units; null when its owner hides it.",
            "example": 500000,
        },
    )  # fmt: skip
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    accounts = ma.fields.List(
        ma.fields.Nested(Account), required=True,
        metadata={"description": "What is transferred to one of these is added to the wallet."},
    )  # fmt: skip


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource("wallet", __name__, url_prefix="/api", description="The own wallet.")

    @blueprint.route("/wallet", methods=["GET"])
    @blueprint.response(200, Wallet)
    @by_subscriber
    def wallet() -> dict[str, Any]:
        """What can be spent, and where to pay in"""
        found = show_wallet(desk.context, subscriber())
        balance = found.balance
        return {
            "balance_minor": None if balance is None else balance.amount_minor,
            "currency": found.currency,
            "accounts": found.accounts,
        }

    return blueprint
