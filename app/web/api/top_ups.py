"""`/api/top-ups`: have a provider collect money, and see whether it came."""

from typing import Any

import marshmallow as ma
from flask import Response

from app.db.charges import ChargeRow
from app.domain.banks import BANKS
from app.domain.charges import ChargeMethod, ChargeState
from app.domain.money import MINOR_DIGITS, Money
from app.domain.requests import StartCharge
from app.services.api.once import Turn
from app.services.api.top_ups import find_top_up, top_up, top_ups
from app.web.api.bodies import Body, Whole
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.cursors import opened, sealed
from app.web.api.desk import ApiDesk
from app.web.api.once import KEY_PARAMETER, NOT_ONCE, once
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from app.web.api.refusals import problem_of
from app.web.api.schemas import Page
from app.web.api.ways_in import METHODS

_DIALLED = ChargeMethod.BANK_USSD.value


class TopUpWanted(Body):
    """`bank_ussd` wants `bank`, `prompt` takes none."""

    also = {  # noqa: RUF012 - constant
        "if": {"properties": {"method": {"const": _DIALLED}}},
        "then": {"required": ["bank"]},
        "else": {"not": {"required": ["bank"]}},
    }

    method = ma.fields.String(
        required=True, validate=ma.validate.OneOf(METHODS), metadata={"example": _DIALLED}
    )
    amount_minor = Whole(
        required=True, validate=ma.validate.Range(min=1, max=10**12),
        metadata={"description": "Whole units of the currency.", "example": 500000},
    )  # fmt: skip
    currency = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(MINOR_DIGITS)),
        metadata={"description": "The wallet's.", "example": "NGN"},
    )  # fmt: skip
    bank = ma.fields.String(validate=ma.validate.OneOf(tuple(BANKS)), metadata={"example": "gtb"})

    @ma.validates_schema
    def _bank_of_a_code(self, data: dict[str, Any], **_: Any) -> None:
        if "method" in data and (data["method"] == _DIALLED) != ("bank" in data):
            wanted = data["method"] == _DIALLED
            said = "Missing data for required field." if wanted else "Not for this method."
            raise ma.ValidationError(said, "bank")


class TopUp(ma.Schema):
    id = ma.fields.String(required=True, metadata={"example": "K7MQ2P"})
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf([state.value for state in ChargeState]),
        metadata={
            "description": "`asked`, `unknown` and `started`: it goes on by itself. `mismatch`:"
            " other money than this came and staff look.",
            "example": "started",
        },
    )  # fmt: skip
    method = ma.fields.String(
        required=True, validate=ma.validate.OneOf([one.value for one in ChargeMethod]),
        metadata={"example": _DIALLED},
    )  # fmt: skip
    bank = ma.fields.String(required=True, allow_none=True, metadata={"example": "gtb"})
    amount_minor = ma.fields.Integer(required=True, metadata={"example": 500000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    dial = ma.fields.String(
        required=True, allow_none=True,
        metadata={
            "description": "The code to dial, once the provider has told it.",
            "example": "*737*33*4*18791#",
        },
    )  # fmt: skip
    asked_at = ma.fields.AwareDateTime(required=True)


class TopUps(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(TopUp), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource("top_ups", __name__, url_prefix="/api/top-ups",
                         description="Adding money.")  # fmt: skip
    ctx = desk.context

    @blueprint.route("", methods=["POST"])
    @blueprint.doc(parameters=[KEY_PARAMETER])
    @blueprint.arguments(TopUpWanted)
    @blueprint.response(202, TopUp)
    @raises("no_money_in_here", "prompt_open", "refused", *NOT_ONCE)
    @by_subscriber
    def start(body: dict[str, Any]) -> Response:
        """Have a provider collect money

        `bank_ussd`: the code to dial comes by SMS, and is in `dial` soon. `prompt`: the handset
        asks for the PIN of the mobile money.
        """
        caller = subscriber()
        wanted = StartCharge(
            ChargeMethod(body["method"]), Money(body["amount_minor"], body["currency"]),
            body.get("bank", ""),
        )  # fmt: skip

        def act(session: str, _: Turn) -> tuple[int, dict[str, Any]]:
            asked = top_up(ctx, caller, session, wanted)
            if not isinstance(asked, ChargeRow):
                raise problem_of(asked, ctx.clock.now())
            return 202, _dumped.dump(_shown(asked))

        answer = once(desk, caller, body, act)
        answer.headers["Location"] = f"/api/top-ups/{answer.get_json()['id']}"
        return answer

    @blueprint.route("/<string(length=6):reference>", methods=["GET"])
    @blueprint.response(200, TopUp)
    @raises("not_found")
    @by_subscriber
    def one(reference: str) -> dict[str, Any]:
        """What became of one"""
        found = find_top_up(ctx, subscriber(), reference) if reference.isalnum() else None
        if found is None:
            raise Problem("not_found")
        return _shown(found)

    @blueprint.route("", methods=["GET"])
    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, TopUps)
    @by_subscriber
    def several(query: dict[str, Any]) -> dict[str, Any]:
        """What was collected or is to be, the newest first

        Transfers to one's own account are in /api/transactions.
        """
        limit, caller = query["limit"], subscriber()
        before = opened(ctx, caller, "top-ups", query.get("cursor"))
        rows = top_ups(ctx, caller, before, limit + 1)
        more = len(rows) > limit
        return {
            "items": [_shown(row) for row in rows[:limit]],
            "next_cursor": sealed(ctx, caller, "top-ups", rows[limit - 1].id) if more else None,
        }

    return blueprint


_dumped = TopUp()


def _shown(row: ChargeRow) -> dict[str, Any]:
    return {
        "id": row.reference, "state": row.state.value, "method": row.method.value,
        "bank": row.bank or None, "amount_minor": row.amount.amount_minor,
        "currency": row.amount.currency, "dial": row.dial or None, "asked_at": row.asked_at,
    }  # fmt: skip
