"""`/api/withdrawals`: cash at an agent. The money is held and a code made, which the agent is
shown."""

from typing import Any

import marshmallow as ma
from flask import Response, current_app

from app.db.cash import WithdrawalRow
from app.domain.money import MINOR_DIGITS, Money
from app.domain.requests import WithdrawalQuote
from app.services.api.once import Turn
from app.services.api.withdrawals import cash_code, find_withdrawal, hold, quote
from app.web.api.bodies import Body, Hidden, Shaped, Whole
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.desk import ApiDesk
from app.web.api.once import KEY_PARAMETER, NOT_ONCE, once
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from app.web.api.refusals import NOT_SPENT, problem_of
from app.web.api.second_factor import NOT_PROVED, Proven, code_of

_AMOUNT = ma.validate.Range(min=1, max=10**12)


class AgentNumber(Shaped):
    """The number on an agent's sign."""

    def __init__(self) -> None:
        super().__init__(
            "[0-9]{1,9}", "Not an agent's number.",
            metadata={"description": "The only agent who may pay; without it, any.",
                      "example": "100001"},
        )  # fmt: skip


class QuotedFor(Body):
    amount_minor = ma.fields.Integer(
        required=True, validate=_AMOUNT,
        metadata={"description": "In the wallet's currency.", "example": 500000},
    )  # fmt: skip
    agent = AgentNumber()


class WithdrawalQuoted(ma.Schema):
    fee_minor = ma.fields.Integer(required=True, metadata={"example": 10000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    agent_name = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Of the named agent.", "example": "Corner shop"},
    )


class WithdrawalWanted(Proven):
    amount_minor = Whole(required=True, validate=_AMOUNT, metadata={"example": 500000})
    currency = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(MINOR_DIGITS)),
        metadata={"description": "The wallet's.", "example": "NGN"},
    )  # fmt: skip
    agent = AgentNumber()
    fee_minor = Whole(
        required=True, validate=ma.validate.Range(min=0, max=10**12),
        metadata={"description": "The fee that was shown. No more is taken.", "example": 10000},
    )  # fmt: skip
    pin = Hidden("[0-9]{4,6}", "Four to six digits.", required=True, metadata={"example": "7392"})


class Withdrawal(ma.Schema):
    id = ma.fields.String(required=True, metadata={"example": "K7MQ2P"})
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("open", "paid", "void")),
        metadata={"description": "Void: the money is back.", "example": "open"},
    )  # fmt: skip
    amount_minor = ma.fields.Integer(required=True, metadata={"example": 500000})
    fee_minor = ma.fields.Integer(required=True, metadata={"example": 10000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    expires_at = ma.fields.AwareDateTime(
        required=True, metadata={"description": "When the code ends and the money comes back."}
    )


class WithdrawalMade(Withdrawal):
    """The one answer that has the code."""

    cash_code = ma.fields.String(
        required=True, allow_none=True,
        metadata={"description": "For the agent; null once it isn't open.", "example": "483920"},
    )  # fmt: skip


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "withdrawals", __name__, url_prefix="/api/withdrawals", description="Cash at an agent."
    )
    ctx = desk.context

    @blueprint.route("/quote", methods=["GET"])
    @blueprint.arguments(QuotedFor, location="query")
    @blueprint.response(200, WithdrawalQuoted)
    @raises("no_cash_here", "no_such_agent")
    @by_subscriber
    def quoted(query: dict[str, Any]) -> dict[str, Any]:
        """What cash costs, and who the agent is"""
        caller = subscriber()
        amount = Money(query["amount_minor"], caller.currency)
        reply = quote(ctx, caller, amount, query.get("agent", ""))
        if not isinstance(reply, WithdrawalQuote):
            raise problem_of(reply, ctx.clock.now())
        return {
            "fee_minor": reply.fee.amount_minor, "currency": reply.fee.currency,
            "agent_name": reply.agent_name or None,
        }  # fmt: skip

    @blueprint.route("", methods=["POST"])
    @blueprint.doc(parameters=[KEY_PARAMETER])
    @blueprint.arguments(WithdrawalWanted)
    @blueprint.response(201, WithdrawalMade)
    @raises("no_cash_here", "no_such_agent", "fee_changed", *NOT_SPENT, *NOT_PROVED, *NOT_ONCE)
    @by_subscriber
    def make(body: dict[str, Any]) -> Response:
        """Hold money for an agent to pay out

        The code works for ten minutes. An earlier one that wasn't paid is void. Send it again with
        its key and the answer has the code again.
        """
        caller, currency = subscriber(), body["currency"]
        amount, fee = Money(body["amount_minor"], currency), Money(body["fee_minor"], currency)
        if currency != caller.currency:
            raise Problem("no_cash_here")

        def act(session: str, turn: Turn) -> tuple[int, dict[str, Any]]:
            held = hold(
                ctx, caller, session, turn, amount, body.get("agent", ""), fee, body["pin"],
                code_of(body),
            )  # fmt: skip
            if not isinstance(held, WithdrawalRow):
                raise problem_of(held, ctx.clock.now())
            return 201, _dumped.dump(_shown(held))

        answer = once(desk, caller, body, act)
        made = answer.get_json()
        held = find_withdrawal(ctx, caller, made["id"])
        code = None if held is None else cash_code(ctx, held)
        # Beside what is kept of the answer: a code is stored nowhere.
        made["cash_code"] = None if code is None else code.value
        answer.set_data(current_app.json.dumps(made))
        answer.headers["Location"] = f"/api/withdrawals/{made['id']}"
        return answer

    @blueprint.route("/<string(length=6):reference>", methods=["GET"])
    @blueprint.response(200, Withdrawal)
    @raises("not_found")
    @by_subscriber
    def one(reference: str) -> dict[str, Any]:
        """What became of one"""
        found = find_withdrawal(ctx, subscriber(), reference) if reference.isalnum() else None
        if found is None:
            raise Problem("not_found")
        return _shown(found)

    return blueprint


_dumped = Withdrawal()


def _shown(row: WithdrawalRow) -> dict[str, Any]:
    return {
        "id": row.reference, "state": row.state, "amount_minor": row.amount.amount_minor,
        "fee_minor": row.fee.amount_minor, "currency": row.amount.currency,
        "expires_at": row.expires_at,
    }  # fmt: skip
