"""`/api/float`, `/api/purchases/by-reference/<reference>`: what merchants' programs alone ask; and
how their purchases are made."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from app.domain.api_callers import MerchantCaller, Scope
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OPEN_STATES
from app.domain.purchases import Purchase, Wanted, is_client_reference
from app.services.find_operator import operator_of
from app.services.merchants.buy import (
    Bought,
    ReferenceReused,
    buy,
    find_purchase,
    find_purchase_by_id,
)
from app.services.merchants.float_left import show_float
from app.web.api.callers import by_merchant, merchant
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from app.web.api.refusals import problem_of


class FloatShown(ma.Schema):
    float_minor = ma.fields.Integer(required=True, metadata={"example": 5000000})
    low_below_minor = ma.fields.Integer(
        required=True, metadata={"description": "Below this `float.low` is told."}
    )
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})


class MerchantPurchase(ma.Schema):
    """A purchase as its merchant sees it; webhooks carry the same."""

    id = ma.fields.String(required=True, metadata={"example": "K7MQ2P"})
    client_reference = ma.fields.String(required=True, metadata={"example": "inv-1001"})
    live = ma.fields.Boolean(
        required=True, metadata={"description": "False: made with a test key, nothing moved."}
    )
    state = ma.fields.String(required=True, metadata={"example": "delivered"})
    refunded = ma.fields.Boolean(
        required=True, metadata={"description": "The money is back in the float."}
    )
    code = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "Why it was declined."}
    )
    product = ma.fields.String(required=True, validate=ma.validate.OneOf(("airtime", "data")))
    plan_code = ma.fields.String(required=True, allow_none=True)
    msisdn = ma.fields.String(required=True, metadata={"example": "+2348030000001"})
    operator = ma.fields.String(required=True, metadata={"example": "mtn-ng"})
    amount_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    price_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    price_currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    placed_at = ma.fields.String(required=True, metadata={"format": "date-time"})
    ended_at = ma.fields.String(required=True, allow_none=True, metadata={"format": "date-time"})


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "merchant", __name__, url_prefix="/api", description="For merchants' programs."
    )

    @blueprint.route("/float", methods=["GET"])
    @blueprint.response(200, FloatShown)
    @by_merchant(Scope.BALANCE)
    def held() -> dict[str, Any]:
        """What the float holds"""
        found = show_float(desk.context, merchant())
        return {
            "float_minor": found.held.amount_minor, "currency": found.held.currency,
            "low_below_minor": found.low_below.amount_minor,
        }  # fmt: skip

    @blueprint.route("/purchases/by-reference/<reference>", methods=["GET"])
    @blueprint.response(200, MerchantPurchase)
    @raises("not_found")
    @by_merchant(Scope.HISTORY)
    def by_reference(reference: str) -> dict[str, Any]:
        """The purchase under your own reference"""
        found = None
        if is_client_reference(reference):
            found = find_purchase(desk.context, merchant(), reference)
        return _shown(found)

    return blueprint


def purchase_of(desk: ApiDesk, caller: MerchantCaller, reference: str) -> dict[str, Any]:
    """A merchant's purchase with this id of ours. Raises Problem."""
    plain = reference.isascii() and reference.replace("_", "").isalnum()
    return _shown(find_purchase_by_id(desk.context, caller, reference) if plain else None)


def buy_by_merchant(
    desk: ApiDesk, caller: MerchantCaller, body: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    """Status and answer of `POST /api/purchase` with a merchant's key. Raises Problem."""
    answer = buy(desk.context, caller, _wanted(desk, body))
    match answer:
        case Bought(purchase):
            return (202 if purchase.state in OPEN_STATES else 201), purchase.data()
        case ReferenceReused(purchase):
            raise Problem("client_reference_used", id=purchase.id)
    raise problem_of(answer, desk.context.clock.now())


def _wanted(desk: ApiDesk, body: Mapping[str, Any]) -> Wanted:
    if "pin" in body or "code" in body:
        raise Problem("pin_not_allowed")
    reference = body.get("client_reference") or ""
    if not is_client_reference(reference):
        said = "1 to 64 letters, digits and . _ : -"
        raise Problem("invalid_body", errors={"client_reference": [said]})
    msisdn = Msisdn(body["msisdn"])
    operator = body.get("operator")
    if operator is None:
        known = operator_of(desk.context, msisdn)
        if known is None:
            raise Problem("operator_unknown")
        operator = known.code
    minor = body.get("amount_minor", body.get("said_minor"))
    amount = None if minor is None else Money(minor, body["currency"])
    return Wanted(reference, msisdn, operator, body.get("plan_code", AIRTIME), amount)


def _shown(found: Purchase | None) -> dict[str, Any]:
    if found is None:
        raise Problem("not_found")
    return found.data()
