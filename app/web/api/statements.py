"""`/api/statements`: a month of the wallet, to read or to keep."""

import io
from datetime import date
from typing import Any

import marshmallow as ma
from flask import Response

from app.domain.money import Money
from app.services.api.statements import NotYet, statement_of_month
from app.services.print_statement import pdf
from app.services.statement import Statement as Printed
from app.services.statement import StatementLine
from app.services.statement_csv import write_csv
from app.web.api.bodies import Body, Shaped
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from menus.texts.movements import movement_name, reference_of

_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
_FILE = {"schema": {"type": "string", "format": "binary"}}
_FILES = {"application/pdf": _FILE, "text/csv": _FILE}
_NULL_WHEN_HIDDEN = {"description": "Null when its owner hides the balance.", "example": 500000}


class StatementWanted(Body):
    month = Shaped(
        "20[0-9]{2}-(0[1-9]|1[0-2])", "Not a month: YYYY-MM.", required=True,
        metadata={"description": "In the subscriber's own zone.", "example": "2026-07"},
    )  # fmt: skip
    format = ma.fields.String(
        load_default="json", validate=ma.validate.OneOf(("json", *_TYPES)),
        metadata={"example": "json"},
    )  # fmt: skip


class Line(ma.Schema):
    at = ma.fields.AwareDateTime(required=True)
    kind = ma.fields.String(required=True, metadata={"example": "hold"})
    title = ma.fields.String(required=True, metadata={"example": "Purchase"})
    reference = ma.fields.String(required=True, allow_none=True, metadata={"example": "K7MQ2P"})
    amount_minor = ma.fields.Integer(
        required=True, metadata={"description": "Negative: money left.", "example": -20000}
    )
    balance_minor = ma.fields.Integer(required=True, allow_none=True, metadata=_NULL_WHEN_HIDDEN)


class Statement(ma.Schema):
    first = ma.fields.Date(
        required=True, metadata={"description": "Its first day.", "example": "2026-07-01"}
    )
    last = ma.fields.Date(
        required=True, metadata={"description": "Its last day, included.", "example": "2026-07-31"}
    )
    timezone = ma.fields.String(required=True, metadata={"example": "Africa/Lagos"})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    opening_minor = ma.fields.Integer(required=True, allow_none=True, metadata=_NULL_WHEN_HIDDEN)
    closing_minor = ma.fields.Integer(required=True, allow_none=True, metadata=_NULL_WHEN_HIDDEN)
    lines = ma.fields.List(ma.fields.Nested(Line), required=True)


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "statements", __name__, url_prefix="/api", description="Statements of the wallet."
    )
    ctx = desk.context

    @blueprint.route("/statements", methods=["GET"])
    @blueprint.arguments(StatementWanted, location="query")
    @blueprint.doc(responses={200: {"content": _FILES}})
    @blueprint.response(200, Statement)
    @raises("not_found", "balance_hidden")
    @by_subscriber
    def statement(query: dict[str, Any]) -> Any:
        """What moved in a month, and the balance after each movement"""
        caller, form = subscriber(), query["format"]
        if caller.hides_balance and form != "json":
            raise Problem("balance_hidden")
        found = statement_of_month(ctx, caller, date.fromisoformat(f"{query['month']}-01"))
        if isinstance(found, NotYet):
            raise Problem("not_found", "The month lies ahead.")
        if form == "json":
            return _shown(found, hidden=caller.hides_balance)
        return _file(found, form, query["month"])

    return blueprint


def _file(found: Printed, form: str, month: str) -> Response:
    text = io.StringIO()
    if form == "csv":
        write_csv(found, text)
    body = pdf(found) if form == "pdf" else text.getvalue()
    answer = Response(body, content_type=_TYPES[form])
    name = f"statement-{month}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _shown(found: Printed, *, hidden: bool) -> dict[str, Any]:
    def balance(money: Money) -> int | None:
        return None if hidden else money.amount_minor

    def line(one: StatementLine) -> dict[str, Any]:
        return {
            "at": one.at, "kind": one.kind, "title": movement_name("en", one.kind, one.amount),
            "reference": reference_of(one.reference) or None,
            "amount_minor": one.amount.amount_minor, "balance_minor": balance(one.balance),
        }  # fmt: skip

    return {
        "first": found.first, "last": found.last, "timezone": found.timezone.key,
        "currency": found.opening.currency, "opening_minor": balance(found.opening),
        "closing_minor": balance(found.closing), "lines": [line(one) for one in found.lines],
    }  # fmt: skip
