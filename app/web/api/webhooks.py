"""`/api/webhooks`: where a merchant's server is told what, and what became of it.

A test key sees and changes test endpoints, a live key live ones.
"""

from typing import Any

import marshmallow as ma

from app.db.webhook_deliveries import DeliveryRow, TryRow
from app.db.webhook_endpoints import EndpointRow
from app.domain.api_callers import MerchantCaller, Scope
from app.domain.webhook_addresses import LONGEST
from app.domain.webhooks import CHOSEN_FROM, DeliveryState
from app.services.merchants import endpoints
from app.services.merchants.replay import find_delivery, latest_deliveries, replay
from app.services.staff_refused import StaffRefused
from app.web.api.bodies import Body
from app.web.api.callers import by_merchant, merchant
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem

_PAGE = 50


class EndpointWanted(Body):
    """Where to, and what is told."""

    url = ma.fields.String(
        required=True, validate=ma.validate.Length(1, LONGEST),
        metadata={"example": "https://hooks.example.com/nexustop"},
    )  # fmt: skip
    events = ma.fields.List(
        ma.fields.String(validate=ma.validate.OneOf([kind.value for kind in CHOSEN_FROM])),
        required=True, validate=ma.validate.Length(1, len(CHOSEN_FROM)),
    )  # fmt: skip


class Endpoint(ma.Schema):
    id = ma.fields.String(required=True, metadata={"example": "K7MQ2P"})
    url = ma.fields.String(required=True)
    events = ma.fields.List(ma.fields.String(), required=True)
    live = ma.fields.Boolean(required=True)
    state = ma.fields.String(required=True, validate=ma.validate.OneOf(("on", "off")))
    state_why = ma.fields.String(required=True)


class EndpointMade(Endpoint):
    secret = ma.fields.String(
        required=True, metadata={"description": "Signs what is sent. Shown now and not again."}
    )


class Endpoints(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Endpoint), required=True)


class Try(ma.Schema):
    number = ma.fields.Integer(required=True)
    at = ma.fields.AwareDateTime(required=True)
    status = ma.fields.Integer(required=True, allow_none=True)
    fault = ma.fields.String(required=True)
    answer = ma.fields.String(required=True)
    elapsed_ms = ma.fields.Integer(required=True)


class Delivery(ma.Schema):
    id = ma.fields.String(required=True)
    event_id = ma.fields.String(required=True)
    type = ma.fields.String(required=True)
    endpoint = ma.fields.String(required=True)
    state = ma.fields.String(
        required=True, validate=ma.validate.OneOf([state.value for state in DeliveryState])
    )
    tries = ma.fields.Integer(required=True)
    next_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    made_at = ma.fields.AwareDateTime(required=True)


class DeliveryShown(Delivery):
    body = ma.fields.String(required=True)
    log = ma.fields.List(ma.fields.Nested(Try), required=True)


class Deliveries(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(Delivery), required=True)
    next_before = ma.fields.String(required=True, allow_none=True)


class DeliveriesWanted(Body):
    state = ma.fields.String(validate=ma.validate.OneOf([one.value for one in DeliveryState]))
    before = ma.fields.Integer(validate=ma.validate.Range(1, 2**62))


class Sent(ma.Schema):
    delivery = ma.fields.String(required=True)


def resource(desk: ApiDesk) -> Resource:
    blueprint = Resource(
        "webhooks", __name__, url_prefix="/api/webhooks", description="Being told."
    )
    _endpoints(blueprint, desk)
    _deliveries(blueprint, desk)
    return blueprint


def _endpoints(blueprint: Resource, desk: ApiDesk) -> None:
    ctx = desk.context

    @blueprint.route("", methods=["GET"])
    @blueprint.response(200, Endpoints)
    @by_merchant(Scope.WEBHOOKS)
    def several() -> dict[str, Any]:
        """Your endpoints"""
        caller = merchant()
        found = endpoints.list_endpoints(ctx, caller.merchant_id)
        return {"items": [_endpoint(row) for row in found if row.live is caller.live]}

    @blueprint.route("", methods=["POST"])
    @blueprint.arguments(EndpointWanted)
    @blueprint.response(201, EndpointMade)
    @by_merchant(Scope.WEBHOOKS)
    def add(body: dict[str, Any]) -> dict[str, Any]:
        """Be told at an address"""
        caller = merchant()
        try:
            made = endpoints.add_endpoint(
                ctx, caller.merchant_id, body["url"], body["events"], _name(caller),
                live=caller.live,
            )  # fmt: skip
        except StaffRefused as refused:
            raise Problem("invalid_body", errors={"url": [str(refused)]}) from None
        return {**_endpoint(made.row), "secret": made.secret.value}

    @blueprint.route("/<string(length=6):reference>", methods=["GET"])
    @blueprint.response(200, Endpoint)
    @raises("not_found")
    @by_merchant(Scope.WEBHOOKS)
    def one(reference: str) -> dict[str, Any]:
        """One endpoint"""
        return _endpoint(_found(desk, reference))

    @blueprint.route("/<string(length=6):reference>", methods=["PUT"])
    @blueprint.arguments(EndpointWanted)
    @blueprint.response(200, Endpoint)
    @raises("not_found")
    @by_merchant(Scope.WEBHOOKS)
    def change(body: dict[str, Any], reference: str) -> dict[str, Any]:
        """Change where to, and what is told"""
        caller, row = merchant(), _found(desk, reference)
        try:
            changed = endpoints.change_endpoint(
                ctx, caller.merchant_id, row.reference, body["url"], body["events"], _name(caller)
            )
        except StaffRefused as refused:
            raise Problem("invalid_body", errors={"url": [str(refused)]}) from None
        return _endpoint(changed or row)

    @blueprint.route("/<string(length=6):reference>", methods=["DELETE"])
    @blueprint.response(204)
    @raises("not_found")
    @by_merchant(Scope.WEBHOOKS)
    def delete(reference: str) -> None:
        """Be told no more; what waits is dropped"""
        caller, row = merchant(), _found(desk, reference)
        endpoints.delete_endpoint(ctx, caller.merchant_id, row.reference, _name(caller))

    @blueprint.route("/<string(length=6):reference>/secret", methods=["POST"])
    @blueprint.response(200, EndpointMade)
    @raises("not_found")
    @by_merchant(Scope.WEBHOOKS)
    def rotate(reference: str) -> dict[str, Any]:
        """A fresh secret; the one before signs beside it for a day"""
        caller, row = merchant(), _found(desk, reference)
        made = endpoints.rotate_secret(ctx, caller.merchant_id, row.reference, _name(caller))
        if made is None:
            raise Problem("not_found")
        return {**_endpoint(made.row), "secret": made.secret.value}

    @blueprint.route("/<string(length=6):reference>/ping", methods=["POST"])
    @blueprint.response(202, Sent)
    @raises("not_found", "endpoint_off")
    @by_merchant(Scope.WEBHOOKS)
    def ping(reference: str) -> dict[str, Any]:
        """Be sent a test event"""
        row = _found(desk, reference)
        delivery = endpoints.ping(ctx, merchant().merchant_id, row.reference)
        if delivery is None:
            raise Problem("endpoint_off")
        return {"delivery": str(delivery)}


def _deliveries(blueprint: Resource, desk: ApiDesk) -> None:
    ctx = desk.context

    @blueprint.route("/deliveries", methods=["GET"])
    @blueprint.arguments(DeliveriesWanted, location="query")
    @blueprint.response(200, Deliveries)
    @by_merchant(Scope.WEBHOOKS)
    def deliveries(query: dict[str, Any]) -> dict[str, Any]:
        """What was sent, the newest first"""
        caller, state = merchant(), query.get("state")
        found = latest_deliveries(
            ctx, caller.merchant_id, _PAGE + 1, live=caller.live,
            state=DeliveryState(state) if state else None, before=query.get("before"),
        )  # fmt: skip
        more = str(found[_PAGE - 1].id) if len(found) > _PAGE else None
        return {"items": [_delivery(row) for row in found[:_PAGE]], "next_before": more}

    @blueprint.route("/deliveries/<int:delivery_id>", methods=["GET"])
    @blueprint.response(200, DeliveryShown)
    @raises("not_found")
    @by_merchant(Scope.WEBHOOKS)
    def delivery(delivery_id: int) -> dict[str, Any]:
        """One, with its body and what came of each try"""
        found = find_delivery(ctx, merchant().merchant_id, min(delivery_id, 2**62))
        if found is None or found.row.event.live is not merchant().live:
            raise Problem("not_found")
        return {
            **_delivery(found.row), "body": found.row.event.body().decode(),
            "log": [_try(one) for one in found.tries],
        }  # fmt: skip

    @blueprint.route("/deliveries/<int:delivery_id>/replay", methods=["POST"])
    @blueprint.response(202, Sent)
    @raises("not_found", "endpoint_off")
    @by_merchant(Scope.WEBHOOKS)
    def again(delivery_id: int) -> dict[str, Any]:
        """Send one that has ended again, with the same event id"""
        caller = merchant()
        found = find_delivery(ctx, caller.merchant_id, min(delivery_id, 2**62))
        if found is None or found.row.event.live is not caller.live:
            raise Problem("not_found")
        if not replay(ctx, caller.merchant_id, delivery_id, _name(caller)):
            raise Problem("endpoint_off")
        return {"delivery": str(delivery_id)}


def _found(desk: ApiDesk, reference: str) -> EndpointRow:
    caller = merchant()
    plain = reference.isascii() and reference.isalnum()
    row = endpoints.find_endpoint(desk.context, caller.merchant_id, reference) if plain else None
    if row is None or row.live is not caller.live:
        raise Problem("not_found")
    return row


def _name(caller: MerchantCaller) -> str:
    """Who acts, in the audit log."""
    return f"key {caller.key_id}"


def _endpoint(row: EndpointRow) -> dict[str, Any]:
    return {
        "id": row.reference, "url": row.url, "events": list(row.events), "live": row.live,
        "state": row.state, "state_why": row.state_why,
    }  # fmt: skip


def _delivery(row: DeliveryRow) -> dict[str, Any]:
    return {
        "id": str(row.id), "event_id": row.event.id, "type": row.event.kind,
        "endpoint": row.endpoint, "state": row.state, "tries": row.tries, "next_at": row.next_at,
        "made_at": row.made_at,
    }  # fmt: skip


def _try(row: TryRow) -> dict[str, Any]:
    return {
        "number": row.number, "at": row.at, "status": row.status, "fault": row.fault,
        "answer": row.answer, "elapsed_ms": row.elapsed_ms,
    }  # fmt: skip
