"""`/api/recipients`, `/api/transfers`: send money to a number, and see whether it is there."""

from typing import Any

import marshmallow as ma
from flask import Response

from app.db.api_transfers import SentRow
from app.domain.money import MINOR_DIGITS, Money
from app.domain.requests import Recipient
from app.services.api.once import Turn
from app.services.api.transfers import cancel, find_sent, recipient, send, sent_by
from app.web.api.bodies import Body, Hidden, Number, Whole, number_in_path
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.cursors import opened, sealed
from app.web.api.desk import ApiDesk
from app.web.api.once import KEY_PARAMETER, NOT_ONCE, once
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from app.web.api.refusals import NOT_SPENT, problem_of
from app.web.api.schemas import Page
from app.web.api.second_factor import NOT_PROVED, Proven, code_of

_MOST = 10**12


class RecipientWanted(Body):
    amount_minor = ma.fields.Integer(
        validate=ma.validate.Range(min=1, max=_MOST),
        metadata={
            "description": "Whether so much can be taken in, of the caller's currency.",
            "example": 50000,
        },
    )  # fmt: skip


class RecipientShown(ma.Schema):
    msisdn = ma.fields.String(required=True, metadata={"example": "+2348030000001"})
    registered = ma.fields.Boolean(
        required=True, metadata={"description": "False: money waits 72 hours, then comes back."}
    )
    name = ma.fields.String(
        required=True, allow_none=True,
        metadata={"description": "Masked; null where none is verified.", "example": "A** O*****"},
    )  # fmt: skip


class TransferWanted(Proven):
    msisdn = Number(required=True)
    amount_minor = Whole(
        required=True, validate=ma.validate.Range(min=1, max=_MOST), metadata={"example": 50000}
    )
    currency = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(MINOR_DIGITS)),
        metadata={"description": "The wallet's.", "example": "NGN"},
    )  # fmt: skip
    pin = Hidden("[0-9]{4,6}", "Four to six digits.", required=True, metadata={"example": "7392"})


class Transfer(ma.Schema):
    id = ma.fields.String(required=True, metadata={"example": "K7MQ2P"})
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("waiting", "received", "returned")),
        metadata={"description": "Waiting: its recipient isn't registered yet.",
                  "example": "received"},
    )  # fmt: skip
    msisdn = ma.fields.String(required=True, metadata={"example": "+2348030000001"})
    amount_minor = ma.fields.Integer(required=True, metadata={"example": 50000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    sent_at = ma.fields.AwareDateTime(required=True)
    returns_at = ma.fields.AwareDateTime(
        required=True, allow_none=True,
        metadata={"description": "Of one that waits: when it comes back."},
    )  # fmt: skip
    ended_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class Transfers(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Transfer), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True)


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource("transfers", __name__, url_prefix="/api", description="Sending money.")
    ctx = desk.context

    @blueprint.route("/recipients/<msisdn>", methods=["GET"])
    @blueprint.arguments(RecipientWanted, location="query")
    @blueprint.response(200, RecipientShown)
    @raises("not_found", "cannot_receive")
    @by_subscriber
    def found(query: dict[str, Any], msisdn: str) -> dict[str, Any]:
        """Who would get it

        Show the name before sending. It is asked for a few times an hour.
        """
        number, amount = number_in_path(msisdn), query.get("amount_minor")
        money = None if amount is None else Money(amount, subscriber().currency)
        reply = recipient(ctx, subscriber(), number, money)
        if not isinstance(reply, Recipient):
            raise problem_of(reply, ctx.clock.now())
        return {"msisdn": number, "registered": reply.registered, "name": reply.name or None}

    @blueprint.route("/transfers", methods=["POST"])
    @blueprint.doc(parameters=[KEY_PARAMETER])
    @blueprint.arguments(TransferWanted)
    @blueprint.response(201, Transfer)
    @raises("not_sent_here", "cannot_receive", *NOT_SPENT, *NOT_PROVED, *NOT_ONCE)
    @by_subscriber
    def sending(body: dict[str, Any]) -> Response:
        """Send money to a number

        Whoever isn't registered has 72 hours to do so; then it comes back.
        """
        caller, amount = subscriber(), Money(body["amount_minor"], body["currency"])

        def act(session: str, turn: Turn) -> tuple[int, dict[str, Any]]:
            sent = send(
                ctx, caller, session, turn, body["msisdn"], amount, body["pin"], code_of(body)
            )
            if not isinstance(sent, SentRow):
                raise problem_of(sent, ctx.clock.now())
            return 201, _dumped.dump(_shown(sent))

        answer = once(desk, caller, body, act)
        answer.headers["Location"] = f"/api/transfers/{answer.get_json()['id']}"
        return answer

    @blueprint.route("/transfers/<string(length=6):reference>", methods=["GET"])
    @blueprint.response(200, Transfer)
    @raises("not_found")
    @by_subscriber
    def one(reference: str) -> dict[str, Any]:
        """Money that one sent"""
        sent = find_sent(ctx, subscriber(), reference) if reference.isalnum() else None
        if sent is None:
            raise Problem("not_found")
        return _shown(sent)

    @blueprint.route("/transfers/<string(length=6):reference>/cancel", methods=["POST"])
    @blueprint.response(200, Transfer)
    @raises("not_found", "not_waiting")
    @by_subscriber
    def called_back(reference: str) -> dict[str, Any]:
        """Take back what waits for a number

        Money that its recipient has isn't taken back.
        """
        sent = cancel(ctx, subscriber(), reference) if reference.isalnum() else None
        if sent is None:
            raise Problem("not_found")
        if not isinstance(sent, SentRow):
            raise problem_of(sent, ctx.clock.now())
        return _shown(sent)

    @blueprint.route("/transfers", methods=["GET"])
    @blueprint.arguments(Page, location="query")
    @blueprint.response(200, Transfers)
    @by_subscriber
    def several(query: dict[str, Any]) -> dict[str, Any]:
        """Money that one sent, the newest first, by whatever channel"""
        limit, caller = query["limit"], subscriber()
        before = opened(ctx, caller, "transfers", query.get("cursor"))
        rows = sent_by(ctx, caller, before, limit + 1)
        more = len(rows) > limit
        return {
            "items": [_shown(row) for row in rows[:limit]],
            "next_cursor": sealed(ctx, caller, "transfers", rows[limit - 1].id) if more else None,
        }

    return blueprint


_dumped = Transfer()


def _shown(row: SentRow) -> dict[str, Any]:
    return {
        "id": row.reference, "state": row.state, "msisdn": row.recipient,
        "amount_minor": row.amount.amount_minor, "currency": row.amount.currency,
        "sent_at": row.sent_at, "returns_at": row.returns_at if row.state == "waiting" else None,
        "ended_at": row.ended_at,
    }  # fmt: skip
