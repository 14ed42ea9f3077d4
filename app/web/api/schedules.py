"""`/api/schedules`: purchases that are made every week, every month or once."""

from typing import Any

import marshmallow as ma
from flask import Response

from app.db.api_purchases import CHANNEL
from app.db.schedules import ScheduleRow
from app.domain.catalogue import AIRTIME
from app.domain.money import MINOR_DIGITS, Money
from app.domain.operators import OPERATORS
from app.domain.requests import Done, MakeSchedule, Origin, StopSchedule
from app.domain.schedules import Every, Rhythm
from app.services.api.once import Turn
from app.services.api.schedules import schedule, schedules_of
from app.services.schedules import stop_schedule
from app.web.api.bodies import Body, Hidden, Number, Shaped, Whole
from app.web.api.callers import by_subscriber, subscriber
from app.web.api.desk import ApiDesk
from app.web.api.once import KEY_PARAMETER, NOT_ONCE, once
from app.web.api.openapi import Resource, raises
from app.web.api.refusals import problem_of

_EVERY = [every.value for every in Every]


class ScheduleWanted(Body):
    """Data wants `plan_code`, airtime takes none; a week has seven days."""

    also = {  # noqa: RUF012 - constant
        "if": {"properties": {"product": {"const": "data"}}},
        "then": {"required": ["plan_code"]},
        "else": {"not": {"required": ["plan_code"]}},
        "not": {
            "properties": {"every": {"const": Every.WEEK.value}, "day": {"minimum": 8}},
            "required": ["every", "day"],
        },
    }

    product = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("airtime", "data")),
        metadata={"example": "airtime"},
    )  # fmt: skip
    msisdn = Number(required=True)
    operator = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(OPERATORS)), metadata={"example": "mtn-ng"}
    )
    plan_code = Shaped("[a-z0-9-]{1,40}", "Not a plan's code.", metadata={"example": "1024mb-7d"})
    price_minor = Whole(
        required=True, validate=ma.validate.Range(min=1, max=10**12),
        metadata={
            "description": "Airtime: how much. Data: the most that it may cost each time.",
            "example": 20000,
        },
    )  # fmt: skip
    currency = ma.fields.String(
        required=True, validate=ma.validate.OneOf(tuple(MINOR_DIGITS)), metadata={"example": "NGN"}
    )
    every = ma.fields.String(
        required=True, validate=ma.validate.OneOf(_EVERY), metadata={"example": "week"}
    )
    day = Whole(
        required=True, validate=ma.validate.Range(min=1, max=31),
        metadata={
            "description": "Of a week 1 (Monday) to 7, else of the month.", "example": 1,
        },
    )  # fmt: skip
    pin = Hidden("[0-9]{4,6}", "Four to six digits.", required=True, metadata={"example": "7392"})

    @ma.validates_schema
    def _plan_of_data(self, data: dict[str, Any], **_: Any) -> None:
        if "product" in data and (data["product"] == "data") != ("plan_code" in data):
            wanted = data["product"] == "data"
            said = "Missing data for required field." if wanted else "Not for this product."
            raise ma.ValidationError(said, "plan_code")

    @ma.validates_schema
    def _day_there_is(self, data: dict[str, Any], **_: Any) -> None:
        if {"every", "day"} <= set(data) and not _rhythm(data).is_possible():
            raise ma.ValidationError("A week has seven days.", "day")


class Schedule(ma.Schema):
    id = ma.fields.Integer(required=True, metadata={"example": 118})
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf(("active", "paused", "over")),
        metadata={"example": "active"},
    )  # fmt: skip
    product = ma.fields.String(required=True, validate=ma.validate.OneOf(("airtime", "data")))
    plan_code = ma.fields.String(required=True, allow_none=True, metadata={"example": "1024mb-7d"})
    operator = ma.fields.String(required=True, metadata={"example": "mtn-ng"})
    msisdn = ma.fields.String(required=True, metadata={"example": "+2348030000001"})
    price_minor = ma.fields.Integer(required=True, metadata={"example": 20000})
    currency = ma.fields.String(required=True, metadata={"example": "NGN"})
    every = ma.fields.String(required=True, validate=ma.validate.OneOf(_EVERY))
    day = ma.fields.Integer(required=True, metadata={"example": 1})
    next_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Null while it is paused."}
    )


class Schedules(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Schedule), required=True)


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "schedules", __name__, url_prefix="/api/schedules", description="Purchases that repeat."
    )
    ctx = desk.context

    @blueprint.route("", methods=["GET"])
    @blueprint.response(200, Schedules)
    @by_subscriber
    def kept() -> dict[str, Any]:
        """Own schedules that run or are paused, the oldest first"""
        return {"items": [_shown(row) for row in schedules_of(ctx, subscriber())]}

    @blueprint.route("", methods=["POST"])
    @blueprint.doc(parameters=[KEY_PARAMETER])
    @blueprint.arguments(ScheduleWanted)
    @blueprint.response(201, Schedule)
    @raises(
        "not_sold_here", "too_much_to_schedule", "list_full", "wrong_pin", "pin_locked",
        "must_change_pin", "sim_swapped", "blocked", "refused", *NOT_ONCE,
    )  # fmt: skip
    @by_subscriber
    def make(body: dict[str, Any]) -> Response:
        """Buy something again and again

        The PIN is the mandate for all of it. The subscriber hears the evening before.
        """
        caller = subscriber()
        wanted = MakeSchedule(
            body["msisdn"], body["operator"], body.get("plan_code", AIRTIME),
            Money(body["price_minor"], body["currency"]), _rhythm(body), body["pin"],
        )  # fmt: skip

        def act(session: str, turn: Turn) -> tuple[int, dict[str, Any]]:
            made = schedule(ctx, caller, session, turn, wanted)
            if not isinstance(made, ScheduleRow):
                raise problem_of(made, ctx.clock.now())
            return 201, _dumped.dump(_shown(made))

        return once(desk, caller, body, act)

    @blueprint.route("/<int(max=999999999999999999):schedule_id>", methods=["DELETE"])
    @blueprint.response(204)
    @raises("not_found")
    @by_subscriber
    def stop(schedule_id: int) -> str:
        """Stop one for ever; it may be stopped twice"""
        reply = stop_schedule(
            ctx, Origin(CHANNEL, "", 0, subscriber().msisdn), StopSchedule(schedule_id)
        )
        if not isinstance(reply, Done):
            raise problem_of(reply, ctx.clock.now())
        return ""

    return blueprint


_dumped = Schedule()


def _rhythm(body: dict[str, Any]) -> Rhythm:
    return Rhythm(Every(body["every"]), body["day"])


def _shown(row: ScheduleRow) -> dict[str, Any]:
    airtime = row.product == AIRTIME
    return {
        "id": row.id, "state": row.state if row.state in ("active", "paused") else "over",
        "product": "airtime" if airtime else "data", "plan_code": None if airtime else row.product,
        "operator": row.operator, "msisdn": row.recipient,
        "price_minor": row.price.amount_minor, "currency": row.price.currency,
        "every": row.rhythm.every.value, "day": row.rhythm.day, "next_at": row.next_at,
    }  # fmt: skip
