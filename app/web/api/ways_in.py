"""`/api/top-ups/ways`, `/api/top-ups/account`: how money can be added, and an account for it."""

from typing import Any

import marshmallow as ma

from app.db.api_purchases import CHANNEL
from app.domain.banks import BANKS
from app.domain.charges import ChargeMethod, limits
from app.domain.requests import (
    AskPayInAccount,
    Done,
    GetFundingWays,
    LookForPayment,
    Origin,
    PayInAccount,
    PayInAsked,
)
from app.services.pay_in_account import ask_pay_in_account, look_for_payment
from app.services.start_charge import get_funding_ways
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource, raises
from app.web.api.refusals import problem_of
from app.web.api.schemas import Empty
from app.web.api.wallet import Account

METHODS = (ChargeMethod.BANK_USSD.value, ChargeMethod.PROMPT.value)
"""What a provider collects by."""


class Bank(ma.Schema):
    code = ma.fields.String(required=True, metadata={"example": "gtb"})
    name = ma.fields.String(required=True, metadata={"example": "GTBank"})


class Ways(ma.Schema):
    """What is offered for the wallet's currency."""

    account = ma.fields.Boolean(
        required=True,
        metadata={"description": "A bank account of one's own: POST /api/top-ups/account."},
    )
    methods = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf(METHODS)), required=True,
        metadata={"description": "What a provider collects by.", "example": ["bank_ussd"]},
    )  # fmt: skip
    banks = ma.fields.List(
        ma.fields.Nested(Bank), required=True,
        metadata={"description": "Whose code can be dialled for `bank_ussd`."},
    )  # fmt: skip
    least_minor = ma.fields.Integer(required=True, metadata={"example": 10000})
    most_minor = ma.fields.Integer(required=True, metadata={"example": 100000000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "ways_in", __name__, url_prefix="/api/top-ups", description="How money can be added."
    )
    ctx = desk.context

    @blueprint.route("/ways", methods=["GET"])
    @blueprint.response(200, Ways)
    @by_subscriber
    def ways() -> dict[str, Any]:
        """How money can be added"""
        currency = subscriber().currency
        offered = get_funding_ways(ctx, _origin(), GetFundingWays())
        least, most = limits(currency)
        methods = [ChargeMethod.BANK_USSD.value] if offered.banks else []
        return {
            "account": offered.bank_transfer,
            "methods": [*methods, *([ChargeMethod.PROMPT.value] if offered.prompt else [])],
            "banks": [{"code": code, "name": BANKS[code]} for code in offered.banks],
            "least_minor": least.amount_minor, "most_minor": most.amount_minor,
            "currency": currency,
        }  # fmt: skip

    @blueprint.route("/account", methods=["POST"])
    @blueprint.response(200, Account)
    @blueprint.alt_response(
        202, schema=Empty, description="It is being opened; its number comes by SMS.", success=True
    )
    @raises("no_money_in_here", "refused")
    @by_subscriber
    def account() -> Any:
        """The bank account of one's own; opened if there is none yet

        What is transferred to it is added to the wallet.
        """
        reply = ask_pay_in_account(ctx, _origin(), AskPayInAccount())
        if isinstance(reply, PayInAsked):
            return {}, 202
        if not isinstance(reply, PayInAccount):
            raise problem_of(reply, ctx.clock.now())
        return reply

    @blueprint.route("/account/paid", methods=["POST"])
    @blueprint.response(202, Empty)
    @raises("refused")
    @by_subscriber
    def paid() -> dict[str, Any]:
        """Money was transferred and isn't here: have the provider look"""
        reply = look_for_payment(ctx, _origin(), LookForPayment())
        if not isinstance(reply, Done):
            raise problem_of(reply, ctx.clock.now())
        return {}

    return blueprint


def _origin() -> Origin:
    return Origin(CHANNEL, "", 0, subscriber().msisdn)
