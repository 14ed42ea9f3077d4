"""A reseller of the SME-data dialect: data, airtime, its user; no re-query, and it never calls.

Sources: see providers/vending/smedata/codes.py. It sells the stock of four Nigerian networks at a
tenth off, under plan numbers of its own, and keeps `ident` without looking at it.
"""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from providers import plan_files
from providers.sandbox.book import Vend
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import PLANS, Plan, operator_at

NAME = "smedata"
NETWORKS = {"mtn-ng": 1, "glo-ng": 2, "t2-ng": 3, "airtel-ng": 4}
_OPERATORS = {number: operator for operator, number in NETWORKS.items()}
_FIRST_PLAN = 201
_SOLD: dict[int, Plan] = dict(
    enumerate((one for one in PLANS if one.operator in NETWORKS), _FIRST_PLAN)
)


def blueprint(floor: Floor) -> Blueprint:
    """`/smedata/api/...`."""
    routes = Blueprint("sandbox_smedata", __name__, url_prefix="/smedata/api")

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        if request.headers.get("Authorization", "").removeprefix("Token ").strip():
            return None
        return jsonify(detail="Invalid token."), 401

    @routes.get("/user/")
    def user() -> Response:
        left = floor.float_left_minor(NAME)
        return jsonify(user={"username": "sandbox", "wallet_balance": f"{left / 100:.2f}"})

    @routes.post("/data/")
    def data() -> Response:
        return _purchase(floor, "plan")

    @routes.post("/topup/")
    def topup() -> Response:
        return _purchase(floor, "amount")

    return routes


def plan_file() -> str:
    """What is sold here, as SMEDATA_PLANS wants it."""
    return plan_files.write(
        (one.operator, str(number), "sme", one.size_mb, one.days, _cost_minor(one))
        for number, one in _SOLD.items()
    )


def networks() -> str:
    """Its network numbers, as SMEDATA_NETWORKS wants them."""
    return ",".join(f"{operator}={number}" for operator, number in NETWORKS.items())


def _cost_minor(plan: Plan) -> int:
    return plan.price_minor * 9 // 10


def _purchase(floor: Floor, what: str) -> Response:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer = Response("", 503)
    if course.received:
        answer = _sell(floor, course, request.get_json(silent=True) or {}, what)
    return floor.faulty(course.answer) or answer


def _sell(floor: Floor, course: Course, body: dict[str, Any], what: str) -> Response:
    operator = _OPERATORS.get(body.get("network", 0))
    phone, plan = str(body.get("mobile_number", "")), _SOLD.get(body.get("plan", 0))
    if operator is None:
        return _refused("network", "Invalid pk - object does not exist.")
    if len(phone) != 11 or not phone.isdigit():
        return _refused("mobile_number", "Enter a valid phone number.")
    if what == "plan" and (plan is None or plan.operator != operator):
        return _refused("plan", "Invalid pk - object does not exist.")
    amount = body.get("amount", 0)
    if what == "amount" and not (isinstance(amount, int) and amount >= 50):
        return _refused("amount", "Ensure this value is greater than or equal to 50.")
    cost_minor = _cost_minor(plan) if plan else amount * 100
    if cost_minor > floor.float_left_minor(NAME):
        return _refused("error", "You can't purchase this plan due to insufficient balance")
    product = f"data {plan.operator} {plan.slug} sme" if plan else "airtime"
    number = floor.new_id("")
    bought = vend(NAME, number, number, "+234" + phone[1:], product, cost_minor, "NGN")
    wait = floor.accept(bought, course)
    return _finish(floor, course, bought, body, wait)


def _finish(
    floor: Floor, course: Course, bought: Vend, body: dict[str, Any], wait: float
) -> Response:
    elsewhere = operator_at(bought.msisdn) not in {None, _OPERATORS[body["network"]]}
    final = "failed" if course.declined or elsewhere else course.final
    if course.slow:
        floor.later.after(wait, lambda: floor.book.settle(NAME, bought.reference, final))
    else:
        floor.book.settle(NAME, bought.reference, final)
    word = {"pending": "pending", "delivered": "successful", "failed": "failed"}[bought.state]
    naira = bought.amount_minor / 100
    answer = jsonify(
        id=bought.external_id, ident=body.get("ident", ""), network=body["network"],
        mobile_number=body["mobile_number"], Status=word, balance_before="0.0",
        balance_after="0.0", plan_network=_OPERATORS[body["network"]], plan_amount=f"{naira}",
        api_response="", create_date=bought.at, Ported_number=body.get("Ported_number", False),
        **{name: body[name] for name in ("plan", "amount") if name in body},
    )  # fmt: skip
    answer.status_code = 201
    return answer


def _refused(name: str, why: str) -> Response:
    answer = jsonify({name: [why]})
    answer.status_code = 400
    return answer
