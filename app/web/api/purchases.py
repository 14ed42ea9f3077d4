"""`/api/purchase`, `/api/purchases`, `/api/quotes`: buy airtime and data, and see what became of
it."""

from typing import Any

import marshmallow as ma
from flask import Response, jsonify

from app.db.api_purchases import PurchaseRow
from app.domain.api_callers import MerchantCaller, Scope, SubscriberCaller
from app.domain.catalogue import AIRTIME
from app.domain.money import MINOR_DIGITS, Money
from app.domain.operators import OPERATORS
from app.domain.orders import OPEN_STATES, OrderState
from app.domain.requests import Quoted
from app.services.api.once import Turn
from app.services.api.purchase import (
    Offer,
    Wanted,
    find_by_client_reference,
    find_purchase,
    purchase,
    purchases,
    quote,
)
from app.web.api.bodies import Body, Hidden, Number, Shaped, Whole
from app.web.api.callers import by_either, by_subscriber, caller, subscriber
from app.web.api.cursors import opened, sealed
from app.web.api.desk import ApiDesk
from app.web.api.merchant import buy_by_merchant, purchase_of
from app.web.api.once import KEY_PARAMETER, NOT_ONCE, Act, once
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from app.web.api.refusals import NOT_SPENT, price, problem_of
from app.web.api.schemas import Page
from app.web.api.second_factor import NOT_PROVED, Proven, code_of

_UNSETTLED = OPEN_STATES | {OrderState.REVIEW}
_UNWANTED = (
    "operator_unknown", "wrong_currency", "not_sold_here", "plan_gone", "no_rate",
)  # fmt: skip
_NOT_BOUGHT = (
    "price_changed",
    "price_not_said",
    "client_reference_used",
    *NOT_SPENT,
    *NOT_PROVED,
    *NOT_ONCE,
)
_REFUNDED = frozenset({OrderState.DECLINED, OrderState.REVERSED})


class ClientReference(Shaped):
    """The caller's own name for a purchase."""

    def __init__(self) -> None:
        super().__init__(
            "[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", "1 to 64 letters, digits and . _ : -",
            metadata={"description": "Your own name for a purchase, one each.",
                      "example": "cart-118"},
        )  # fmt: skip


class QuoteWanted(Body):
    """Airtime wants `amount_minor`, data wants `plan_code`."""

    also = {  # noqa: RUF012 - constant
        "if": {"properties": {"product": {"const": "data"}}},
        "then": {"required": ["plan_code"], "not": {"required": ["amount_minor"]}},
        "else": {"required": ["amount_minor"], "not": {"required": ["plan_code"]}},
    }

    product = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("airtime", "data")),
        metadata={"example": "airtime"},
    )  # fmt: skip
    msisdn = Number(required=True)
    amount_minor = Whole(
        validate=ma.validate.Range(min=1, max=10**12),
        metadata={"description": "What reaches the phone, in minor units.", "example": 20000},
    )
    plan_code = Shaped("[a-z0-9-]{1,40}", "Not a plan's code.", metadata={"example": "1024mb-7d"})
    currency = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(MINOR_DIGITS)),
        metadata={"description": "The operator's.", "example": "NGN"},
    )  # fmt: skip
    operator = ma.fields.String(
        validate=ma.validate.OneOf(tuple(OPERATORS)),
        metadata={"description": "Without it, whose the number is best known to be.",
                  "example": "mtn-ng"},
    )  # fmt: skip

    @ma.validates_schema
    def _one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        wanted, other = ("amount_minor", "plan_code")
        if data.get("product") == "data":
            wanted, other = other, wanted
        if wanted not in data:
            raise ma.ValidationError("Missing data for required field.", wanted)
        if other in data:
            raise ma.ValidationError("Not for this product.", other)


class PurchaseWanted(QuoteWanted, Proven):
    """Airtime wants `amount_minor`, data wants `plan_code`; what is paid in another currency wants
    `said_minor`."""

    also = QuoteWanted.also | Proven.also

    pin = Hidden("[0-9]{4,6}", "Four to six digits.", metadata={
        "description": "The subscriber's, who must send it; an API key takes none.",
        "example": "7392",
    })  # fmt: skip
    said_minor = Whole(
        validate=ma.validate.Range(min=1, max=10**12),
        metadata={
            "description": "The price that the buyer was shown, in minor units of the wallet's"
            " currency. No more is ever taken.",
        },
    )
    client_reference = ClientReference()


class Quote(ma.Schema):
    operator = ma.fields.String(required=True, metadata={"example": "mtn-ng"})
    amount_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    price_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    price_currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    rate = ma.fields.String(metadata={"example": "KES 1 = NGN 12.118"})


class Purchase(ma.Schema):
    id = ma.fields.String(required=True, metadata={"example": "K7MQ2P"})
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf([state.value for state in OrderState]),
        metadata={"example": "placed"},
    )  # fmt: skip
    refunded = ma.fields.Boolean(
        required=True, metadata={"description": "The money is back in the wallet."}
    )
    product = ma.fields.String(required=True, validate=ma.validate.OneOf(("airtime", "data")))
    plan_code = ma.fields.String(required=True, allow_none=True, metadata={"example": "1024mb-7d"})
    operator = ma.fields.String(required=True, metadata={"example": "mtn-ng"})
    msisdn = ma.fields.String(required=True, metadata={"example": "+2348030000001"})
    amount_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    price_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    price_currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    placed_at = ma.fields.AwareDateTime(required=True)
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    client_reference = ma.fields.String(required=True, allow_none=True)
    live = ma.fields.Boolean(
        metadata={"description": "Of API keys. False: with a test key, nothing moved."}
    )
    code = ma.fields.String(
        allow_none=True, metadata={"description": "Of API keys: why it was declined."}
    )


class Purchases(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Purchase), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


class PurchasesWanted(Page):
    client_reference = ClientReference()


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource("purchases", __name__, url_prefix="/api", description="Buying.")
    _buying(blueprint, desk)
    _reading(blueprint, desk)
    return blueprint


def _buying(blueprint: Resource, desk: ApiDesk) -> None:
    ctx = desk.context

    @blueprint.route("/quotes", methods=["POST"])
    @blueprint.arguments(QuoteWanted)
    @blueprint.response(200, Quote)
    @raises(*_UNWANTED)
    @by_subscriber
    def quotes(body: dict[str, Any]) -> dict[str, Any]:
        """What a purchase costs now

        Nothing is promised, but what is said here and sent back as `said_minor` is never exceeded.
        """
        offer = quote(ctx, subscriber(), _wanted(body))
        if not isinstance(offer, Offer):
            raise problem_of(offer, ctx.clock.now())
        return {
            "operator": offer.operator.code, "amount_minor": offer.amount.amount_minor,
            "currency": offer.amount.currency, **price(Quoted(offer.price, offer.rate)),
        }  # fmt: skip

    @blueprint.route("/purchase", methods=["POST"])
    @blueprint.doc(parameters=[KEY_PARAMETER])
    @blueprint.arguments(PurchaseWanted)
    @blueprint.response(202, Purchase, description="Placed; its outcome is to come.")
    @blueprint.alt_response(201, schema=Purchase, description="Done.", success=True)
    @raises(*_UNWANTED, *_NOT_BOUGHT, "pin_not_allowed")
    @by_either(Scope.PURCHASE)
    def buy(body: dict[str, Any]) -> Response:
        """Buy airtime or data

        A subscriber pays from the wallet and sends the PIN. With an API key the merchant's float
        pays: no PIN, and a `client_reference` of your own. The same Idempotency-Key with the same
        body gives the same answer, however often it is sent.
        """
        who = caller()
        if isinstance(who, MerchantCaller):
            return _placed(once(desk, who, body, lambda *_: buy_by_merchant(desk, who, body)))
        return _placed(once(desk, who, body, by_pin(who, body)))

    def by_pin(caller: SubscriberCaller, body: dict[str, Any]) -> Act:
        said = body.get("said_minor")
        if "pin" not in body:
            raise Problem("invalid_body", errors={"pin": ["Missing data for required field."]})

        def act(session: str, turn: Turn) -> tuple[int, dict[str, Any]]:
            bought = purchase(
                ctx, caller, session, turn, _wanted(body), body["pin"],
                None if said is None else Money(said, caller.currency),
                body.get("client_reference"), code_of(body),
            )  # fmt: skip
            if not isinstance(bought, PurchaseRow):
                raise problem_of(bought, ctx.clock.now())
            return (202 if bought.state in _UNSETTLED else 201), _dumped.dump(_shown(bought))

        return act


def _reading(blueprint: Resource, desk: ApiDesk) -> None:
    ctx = desk.context

    @blueprint.route("/purchases/<reference>", methods=["GET"])
    @blueprint.response(200, Purchase)
    @raises("not_found")
    @by_either(Scope.HISTORY)
    def one(reference: str) -> dict[str, Any] | Response:
        """One purchase"""
        who = caller()
        if isinstance(who, MerchantCaller):
            return jsonify(purchase_of(desk, who, reference))
        found = find_purchase(ctx, who, reference) if reference.isalnum() else None
        if found is None:
            raise Problem("not_found")
        return _shown(found)

    @blueprint.route("/purchases", methods=["GET"])
    @blueprint.arguments(PurchasesWanted, location="query")
    @blueprint.response(200, Purchases)
    @by_subscriber
    def several(query: dict[str, Any]) -> dict[str, Any]:
        """Own purchases, the newest first, by whatever channel"""
        limit, caller = query["limit"], subscriber()
        if own := query.get("client_reference"):
            named = find_by_client_reference(ctx, caller, own)
            return {"items": [_shown(named)] if named else [], "next_cursor": None}
        before = opened(ctx, caller, "purchases", query.get("cursor"))
        found = purchases(ctx, caller, before, limit + 1)
        more = len(found) > limit
        return {
            "items": [_shown(row) for row in found[:limit]],
            "next_cursor": sealed(ctx, caller, "purchases", found[limit - 1].id) if more else None,
        }


_dumped = Purchase()


def _placed(answer: Response) -> Response:
    """With where the purchase is found from now on."""
    answer.headers["Location"] = f"/api/purchases/{answer.get_json()['id']}"
    return answer


def _wanted(body: dict[str, Any]) -> Wanted:
    amount = body.get("amount_minor")
    return Wanted(
        body["msisdn"], body.get("plan_code", AIRTIME), body["currency"],
        None if amount is None else Money(amount, body["currency"]), body.get("operator"),
    )  # fmt: skip


def _shown(row: PurchaseRow) -> dict[str, Any]:
    airtime = row.product == AIRTIME
    return {
        "id": row.reference, "state": row.state.value, "refunded": row.state in _REFUNDED,
        "product": "airtime" if airtime else "data", "plan_code": None if airtime else row.product,
        "operator": row.operator, "msisdn": row.recipient,
        "amount_minor": row.amount.amount_minor, "currency": row.amount.currency,
        "price_minor": row.price.amount_minor, "price_currency": row.price.currency,
        "placed_at": row.placed_at, "ended_at": row.ended_at,
        "client_reference": row.client_reference,
    }  # fmt: skip
