"""Control paths: read the book, order faults and latency, send a MO SMS, use a handset.

Loopback and demo only.
"""

import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers.sandbox import switchboard
from providers.sandbox.desks import DESKS
from providers.sandbox.faults import FAULTS, NoSuchFault
from providers.sandbox.floor import Floor
from providers.sandbox.phones import TEXTS, Text

_MOST_FAULTS = 100_000
_USUAL_NETWORK = "62130"


def blueprint(floor: Floor) -> Blueprint:
    """`/control/...`; pages of the program itself may call it (CORS)."""
    routes = Blueprint("sandbox_control", __name__, url_prefix="/control")

    @routes.after_request
    def _let_pages_in(answer: Response) -> Response:
        origin = request.headers.get("Origin", "")
        if origin in floor.settings.allowed_origins:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Access-Control-Allow-Methods"] = "GET, POST, DELETE"
            answer.headers["Access-Control-Allow-Headers"] = "Content-Type"
            answer.headers["Access-Control-Max-Age"] = "600"
            answer.headers["Vary"] = "Origin"
        return answer

    for method, path, act in (*_PATHS, *switchboard.PATHS):
        routes.add_url_rule(
            path, f"{method} {path}", partial(act, floor), methods=[method]
        )  # fmt: skip
    return routes


def _vends(floor: Floor) -> Response:
    return jsonify(floor.book.vends())


def _sms(floor: Floor) -> Response:
    return jsonify(floor.book.sms_to(request.args.get("to", "").replace(" ", "+")))


def _fault_names(_: Floor) -> Response:
    return jsonify(sorted({name for faults in FAULTS.values() for name in faults}))


def _add_fault(floor: Floor) -> tuple[Response, int]:
    body = request.get_json(silent=True) or {}
    where = str(body.get("provider", "")), str(body.get("capability", "vending"))
    count = body.get("count", 1)
    if not isinstance(count, int) or not 1 <= count <= _MOST_FAULTS:
        return jsonify(error="count must be a whole number from 1"), 422
    try:
        floor.faults.add(*where, str(body.get("fault", "")), count)
    except NoSuchFault:
        known = sorted(FAULTS.get(where, {}))
        return jsonify(error="this fault makes no sense there", known=known), 422
    return jsonify(provider=where[0], fault=body["fault"], count=count), 201


def _clear(floor: Floor) -> Response:
    floor.faults.clear()
    return jsonify(cleared=True)


def _latency(floor: Floor) -> tuple[Response, int]:
    body = request.get_json(silent=True) or {}
    milliseconds = body.get("milliseconds")
    if not isinstance(milliseconds, int) or not 0 <= milliseconds <= 60_000:
        return jsonify(error="milliseconds must be 0 to 60000"), 422
    if body.get("provider") not in {provider for provider, _ in FAULTS}:
        return jsonify(error="no such provider"), 422
    floor.faults.set_latency(body["provider"], milliseconds)
    return jsonify(body), 201


def _mo_sms(floor: Floor) -> tuple[Response, int]:
    """Through `gateway`, or the first in use; the SIM's network is `network`, or MTN Nigeria's."""
    body = request.get_json(silent=True) or {}
    if not isinstance(body.get("from"), str) or not isinstance(body.get("text"), str):
        return jsonify(error="from and text are wanted"), 422
    gateways = floor.settings.sms_gateways
    gateway, network = body.get("gateway", *gateways[:1]), body.get("network", _USUAL_NETWORK)
    if gateway not in gateways:
        return jsonify(error=f"gateway is one of {', '.join(gateways)}"), 422
    if not isinstance(network, str):
        return jsonify(error="network is a code like 62130"), 422
    sms = Text(secrets.token_hex(16), body["from"], floor.settings.sms_short_code, body["text"],
               network, datetime.now(UTC))  # fmt: skip
    try:
        wire = TEXTS[gateway](sms)
    except UnicodeEncodeError:
        return jsonify(error="from and text are wanted, in whole letters"), 422
    query = f"?{wire.query}" if wire.query else ""
    floor.callbacks.tell(f"/sms/{gateway}{wire.tail}{query}", wire.body, wire.headers)
    return jsonify(id=sms.id), 202


def _bank_transfer(floor: Floor) -> tuple[Response, int]:
    body = request.get_json(silent=True) or {}
    amount, currency = body.get("amount_minor"), body.get("currency", "NGN")
    if not isinstance(amount, int) or isinstance(amount, bool) or amount <= 0:
        return jsonify(error="amount_minor must be a whole number above zero"), 422
    account = floor.book.account_numbered(str(body.get("account_number", "")))
    if account is None or not isinstance(currency, str):
        return jsonify(error="no such virtual account"), 422
    reference = DESKS[account.provider].transfer(floor, account, amount, currency)
    return jsonify(reference=reference), 201


def _payments(floor: Floor) -> Response:
    """What came in, oldest first: the truth of money in."""
    return jsonify(
        [payment for name in DESKS for payment in map(asdict, floor.book.payments(name))]
    )


def _pay_charge(floor: Floor, reference: str) -> tuple[Response, int]:
    amount = (request.get_json(silent=True) or {}).get("amount_minor")
    if amount is not None and (not isinstance(amount, int) or isinstance(amount, bool)
                               or amount <= 0):  # fmt: skip
        return jsonify(error="amount_minor must be a whole number above zero"), 422
    if not any(desk.agree(floor, reference, amount) for desk in DESKS.values()):
        return jsonify(error="no such charge, or it is paid"), 422
    return jsonify(reference=reference), 201


def _reversal(floor: Floor) -> tuple[Response, int]:
    body = request.get_json(silent=True) or {}
    desk = DESKS.get(str(body.get("provider", "")))
    amount = body.get("amount_minor")
    if desk is None or not (amount is None or (isinstance(amount, int) and amount > 0)):
        return jsonify(error="no such provider, or amount_minor isn't a whole number"), 422
    if not desk.take_back(floor, str(body.get("external_id", "")), amount):
        return jsonify(error="no such payment"), 422
    return jsonify(external_id=body["external_id"]), 201


_PATHS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/vends", _vends),
    ("GET", "/sms", _sms),
    ("GET", "/faults", _fault_names),
    ("POST", "/faults", _add_fault),
    ("DELETE", "/faults", _clear),
    ("POST", "/latency", _latency),
    ("POST", "/mo-sms", _mo_sms),
    ("POST", "/bank-transfers", _bank_transfer),
    ("GET", "/payments", _payments),
    ("POST", "/charges/<reference>/pay", _pay_charge),
    ("POST", "/reversals", _reversal),
)
