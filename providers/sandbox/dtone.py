"""DT One's DVS API as documented: products, look-up, transactions (created, confirmed, cancelled,
asked for), balances, and its callbacks.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0), developers.dtone.com/reference/callbacks. A fault
befalls the request that makes a sale: the creation with `auto_confirm`, else the confirmation.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from app.domain.money import MINOR_DIGITS, Money
from providers.sandbox import dtone_products
from providers.sandbox.book import Vend
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import operator_at

NAME = "dtone"
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_CLASSES = {
    "CREATED": 1, "CONFIRMED": 2, "REJECTED": 3, "CANCELLED": 4, "COMPLETED": 7, "REVERSED": 8,
    "DECLINED": 9,
}  # fmt: skip
_STATES = {"delivered": "COMPLETED", "reversed": "REVERSED"}
_SAID = {
    1000400: "Bad Request", 1000401: "Unauthorized", 1003001: "Product is not available in your"
    " account", 1003002: "Requested product amount is out of range", 1003003: "Requested product"
    " unit is invalid", 1005003: "Credit party mobile number is invalid", 1006001: "Insufficient"
    " balance", 1007001: "Transaction external ID has already been used", 1007002: "Transaction has"
    " already been confirmed", 1007005: "Transaction has already been cancelled", 1007007:
    "Transaction can no longer be cancelled", 1008004: "Transaction not found",
}  # fmt: skip
_REFUSED = "REJECTED-INVALID-CREDIT-PARTY"
Said = Response | tuple[Response, int]


@dataclass(frozen=True, slots=True)
class Slip:
    """What the vendor keeps of a transaction besides the book. `ended` is the status of one that
    came to nothing."""

    reference: str
    product_id: int
    callback_url: str
    confirmed: bool = False
    ended: str = "DECLINED"


def blueprint(floor: Floor) -> Blueprint:
    """`/dtone/v1/...`."""
    routes = Blueprint("sandbox_dtone", __name__, url_prefix="/dtone/v1")

    @routes.before_request
    def _signed_in() -> Said | None:
        known = request.authorization
        if known is not None and known.username and known.password:
            return None
        return _error(1000401, 401)

    @routes.get("/balances")
    def balances() -> Response:
        left = dtone_products.units(Money(floor.float_left_minor(NAME), "NGN"))
        return jsonify([{"id": 1, "unit_type": "CURRENCY", "unit": "NGN", "available": left,
                         "holding": 0, "credit_limit": 0}])  # fmt: skip

    @routes.get("/products")
    def products() -> Response:
        return _page(dtone_products.products(request.args.get("country_iso_code", "")))

    @routes.post("/lookup/mobile-number")
    def look_up() -> Said:
        number = str((request.get_json(silent=True) or {}).get("mobile_number", ""))
        if not _E164.fullmatch(number):
            return _error(1005003, 400)
        code = operator_at(number)
        return _page([dtone_products.operator(code) | {"identified": True}] if code else [])

    @routes.post("/async/transactions")
    def create() -> Said:
        body = request.get_json(silent=True) or {}
        if body.get("auto_confirm") is not True:
            return _create(floor, body)
        return _faulty(floor, lambda course: _create(floor, body, course))

    @routes.post("/async/transactions/<int:id_>/confirm")
    def confirm(id_: int) -> Said:
        return _faulty(floor, lambda course: _confirm(floor, id_, course))

    @routes.post("/transactions/<int:id_>/cancel")
    def cancel(id_: int) -> Said:
        return _cancel(floor, id_)

    @routes.get("/transactions")
    def transactions() -> Said:
        found = floor.book.find(NAME, request.args.get("external_id", ""))
        return _error(1008004, 404) if found is None else _page([_told(floor, found)])

    return routes


def _faulty(floor: Floor, act: Callable[[Course], Said]) -> Said:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer: Said = Response("", 503)
    if course.received:
        answer = act(course)
    return floor.faulty(course.answer) or answer


def _create(floor: Floor, body: dict[str, Any], course: Course | None = None) -> Said:
    """With a course it is confirmed at once."""
    reference = str(body.get("external_id", ""))
    msisdn = str((body.get("credit_party_identifier") or {}).get("mobile_number", ""))
    product_id = body.get("product_id")
    if not 0 < len(reference) <= 40 or not isinstance(product_id, int):
        return _error(1000400, 400)
    if floor.book.find(NAME, reference):
        return _error(1007001, 400)
    product = dtone_products.product(product_id)
    if product is None:
        return _error(1003001, 404)
    if not _E164.fullmatch(msisdn):
        return _error(1005003, 400)
    amount = _amount(product, body)
    if isinstance(amount, int):
        return _error(amount, 400)
    if amount.amount_minor > floor.float_left_minor(NAME):
        return _error(1006001, 400)
    id_ = 10**9 + secrets.randbelow(9 * 10**9)
    ranged = product["type"] == "RANGED_VALUE_RECHARGE"
    bought = vend(NAME, reference, str(id_), msisdn,
                  "airtime" if ranged else f"data {product['name']}",
                  amount.amount_minor, amount.currency)  # fmt: skip
    slip = Slip(reference, product["id"], str(body.get("callback_url") or ""))
    _keep(floor, id_, slip)
    floor.book.accept(bought)
    if course is not None:
        return _carry_out(floor, id_, slip, bought, course), 201
    return jsonify(_told(floor, bought)), 201


def _amount(product: dict[str, Any], body: dict[str, Any]) -> Money | int:
    """What the operator's price of it is; or the code of the error."""
    wanted, sold = body.get("destination") or {}, product["destination"]
    if product["type"] == "FIXED_VALUE_RECHARGE":
        return _money(sold["amount"], sold["unit"])
    if body.get("calculation_mode") != "DESTINATION_AMOUNT" or not wanted:
        return 1000400
    if (wanted.get("unit_type"), wanted.get("unit")) != ("CURRENCY", sold["unit"]):
        return 1003003
    limits, amount = sold["amount"], wanted.get("amount")
    if not isinstance(amount, int | float) or not limits["min"] <= amount <= limits["max"]:
        return 1003002
    return 1003002 if amount % limits["increment"] else _money(amount, sold["unit"])


def _money(amount: float, currency: str) -> Money:
    return Money(int(Decimal(str(amount)).scaleb(MINOR_DIGITS[currency])), currency)


def _confirm(floor: Floor, id_: int, course: Course) -> Said:
    slip, bought = _slip(floor, id_)
    if slip is None or bought is None:
        return _error(1008004, 404)
    if slip.confirmed:
        return _error(1007002, 400)
    if bought.state != "pending":
        return _error(1007005, 400)
    return _carry_out(floor, id_, slip, bought, course), 202


def _cancel(floor: Floor, id_: int) -> Said:
    slip, bought = _slip(floor, id_)
    if slip is None or bought is None:
        return _error(1008004, 404)
    if slip.confirmed:
        return _error(1007007, 400)
    if bought.state != "pending":
        return _error(1007005, 400)
    _end(floor, bought, "failed", "CANCELLED")
    return jsonify(_told(floor, bought)), 202


def _carry_out(floor: Floor, id_: int, slip: Slip, bought: Vend, course: Course) -> Response:
    """It goes to the operator; the answer doesn't wait for that."""
    _keep(floor, id_, slip, confirmed=True)
    if course.declined or _is_elsewhere(slip, bought):
        _end(floor, bought, "failed", _REFUSED)
        return jsonify(_told(floor, bought))
    answer = jsonify(_told(floor, bought))
    if course.forged:
        _tell(floor, slip, _told(floor, bought, "COMPLETED"))

    def done() -> None:
        _end(floor, bought, course.final, "DECLINED")
        for _ in range(course.told):
            _tell(floor, slip, _told(floor, bought))

    if course.early:
        floor.book.settle(NAME, bought.reference, course.final)
        _tell_now(floor, slip, _told(floor, bought))
    else:
        times = floor.settings
        floor.later.after(times.pending_seconds if course.slow else times.delivery_seconds, done)
    if course.taken_back:
        floor.later.after(2 * floor.settings.pending_seconds, lambda: _take_back(floor, id_))
    return answer


def _is_elsewhere(slip: Slip, bought: Vend) -> bool:
    """Is the number with another operator than the product's?"""
    at, sold = operator_at(bought.msisdn), dtone_products.product(slip.product_id)
    if at is None or sold is None:
        return False
    return bool(dtone_products.operator(at)["id"] != sold["operator"]["id"])


def _take_back(floor: Floor, id_: int) -> None:
    slip, bought = _slip(floor, id_)
    if slip is not None and bought is not None:
        floor.book.undo(NAME, bought.reference)
        _tell(floor, slip, _told(floor, bought))


def _end(floor: Floor, bought: Vend, state: str, ended: str) -> None:
    """Its final state, once; `ended` is the status of a failure."""
    slip, _ = _slip(floor, int(bought.external_id))
    if slip is not None:
        _keep(floor, int(bought.external_id), slip, ended=ended)
    floor.book.settle(NAME, bought.reference, state)


def _keep(floor: Floor, id_: int, slip: Slip, **changes: object) -> None:
    floor.book.note(NAME, str(id_), asdict(slip) | changes)


def _slip(floor: Floor, id_: int) -> tuple[Slip | None, Vend | None]:
    kept = floor.book.one_noted(NAME, str(id_))
    slip = Slip(**kept) if kept else None
    return slip, floor.book.find(NAME, slip.reference) if slip else None


def _told(floor: Floor, bought: Vend, status: str = "") -> dict[str, Any]:
    """A transaction, as answers and callbacks have it."""
    slip, _ = _slip(floor, int(bought.external_id))
    product = dtone_products.product(slip.product_id if slip else 0) or {}
    if not status:
        status = _STATES.get(bought.state) or (slip.ended if slip else "DECLINED")
        if bought.state == "pending":
            status = "CONFIRMED" if slip and slip.confirmed else "CREATED"
    kind = status.split("-")[0]
    face = Money(bought.amount_minor, bought.currency)
    destination = {"unit_type": "CURRENCY", "unit": face.currency,
                   "amount": dtone_products.units(face)}  # fmt: skip
    return {
        "id": int(bought.external_id), "external_id": bought.reference, "creation_date": bought.at,
        "status": {
            "id": _CLASSES[kind] * 10_000, "message": status,
            "class": {"id": _CLASSES[kind], "message": kind},
        },
        "operator_reference": None, "pin": None,
        "product": {
            key: product.get(key)
            for key in ("id", "name", "description", "type", "service", "operator")
        },
        "prices": {"wholesale": dtone_products.wholesale(face), "retail": None},
        "requested_values": {"source": None, "destination": destination},
        "adjusted_values": {"source": None, "destination": destination},
        "credit_party_identifier": {"mobile_number": bought.msisdn},
    }  # fmt: skip


def _tell(floor: Floor, slip: Slip, told: dict[str, Any]) -> None:
    path = urlsplit(slip.callback_url).path
    if path:
        floor.callbacks.tell_json(path, told)


def _tell_now(floor: Floor, slip: Slip, told: dict[str, Any]) -> None:
    path = urlsplit(slip.callback_url).path
    if path:
        floor.callbacks.tell_now(path, told)


def _page(rows: list[dict[str, Any]]) -> Response:
    """The page that was asked for, and headers that say which."""
    page = max(request.args.get("page", 1, int), 1)
    size = min(max(request.args.get("per_page", 50, int), 1), 100)
    pages = max(-(-len(rows) // size), 1)
    answer = jsonify(rows[(page - 1) * size : page * size])
    answer.headers |= {
        "X-Total": str(len(rows)), "X-Total-Pages": str(pages), "X-Per-Page": str(size),
        "X-Page": str(page), "X-Next-Page": str(page + 1) if page < pages else "",
    }  # fmt: skip
    return answer


def _error(code: int, status: int) -> tuple[Response, int]:
    return jsonify(errors=[{"code": code, "message": _SAID[code]}]), status
