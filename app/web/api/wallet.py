"""`/api/wallet`: what can be spent, and where to pay in."""

from typing import Any

import marshmallow as ma

from app.db.ledger import MovementRow
from app.services.api.wallet import show_wallet, transactions
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.cursors import opened, sealed
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource
from app.web.api.schemas import Page
from menus.texts.movements import movement_name, reference_of


class Account(ma.Schema):
    number = ma.fields.String(required=True, metadata={"example": "9900000001"})
    bank = ma.fields.String(required=True, metadata={"example": "Wema Bank"})
    name = ma.fields.String(required=True, metadata={"example": "NEXUSTOP/ADA OBI"})


class Transaction(ma.Schema):
    kind = ma.fields.String(required=True, metadata={"example": "hold"})
    title = ma.fields.String(required=True, metadata={"example": "Purchase"})
    amount_minor = ma.fields.Integer(
        required=True, metadata={"description": "Negative: money left.", "example": -20000}
    )
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    reference = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of a purchase: its id.", "example": "K7MQ2P"},
    )
    at = ma.fields.AwareDateTime(required=True)


class Transactions(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Transaction), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


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
    ctx = desk.context

    @blueprint.route("/wallet", methods=["GET"])
    @blueprint.response(200, Wallet)
    @by_subscriber
    def wallet() -> dict[str, Any]:
        """What can be spent, and where to pay in"""
        found = show_wallet(ctx, subscriber())
        balance = found.balance
        return {
            "balance_minor": None if balance is None else balance.amount_minor,
            "currency": found.currency,
            "accounts": found.accounts,
        }

    @blueprint.route("/transactions", methods=["GET"])
    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, Transactions)
    @by_subscriber
    def moved(query: dict[str, Any]) -> dict[str, Any]:
        """What moved in the wallet, the newest first"""
        limit, caller = query["limit"], subscriber()
        before = opened(ctx, caller, "transactions", query.get("cursor"))
        found = transactions(ctx, caller, before, limit + 1)
        more = len(found) > limit
        last = found[limit - 1].id if more else 0
        return {
            "items": [_shown(row.movement) for row in found[:limit]],
            "next_cursor": sealed(ctx, caller, "transactions", last) if more else None,
        }

    return blueprint


def _shown(row: MovementRow) -> dict[str, Any]:
    return {
        "kind": row.kind, "title": movement_name("en", row.kind, row.amount),
        "amount_minor": row.amount.amount_minor, "currency": row.amount.currency,
        "reference": reference_of(row.reference) or None, "at": row.at,
    }  # fmt: skip
