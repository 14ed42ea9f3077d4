"""DingConnect as documented: estimates, transfers and their records, balance, catalogue, look-up.

A repeated DistributorRef is sold again, as was seen on the live API. There are no callbacks.
Sources: dingconnect.com/Api (V1); vlab-research/go-dingconnect, for what was seen.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from threading import Lock
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.domain.money import MINOR_DIGITS
from providers.sandbox.book import Book, Vend
from providers.sandbox.dingconnect_stock import (
    CURRENCY,
    PRODUCTS,
    PROVIDERS,
    Product,
    arrives,
    costs,
    price,
    product_row,
    provider_row,
    takes,
)
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.stock import operator_at

NAME = "dingconnect"
_STATES = {"pending": "Submitted", "delivered": "Complete", "failed": "Failed"}
_ERRORS = {
    "AccountNumberInvalid": (4, "The account number is not valid."),
    "AuthenticationFailed": (4, "The API key is not valid."),
    "InsufficientBalance": (5, "The balance does not cover the transfer."),
    "NearestMatch": (2, "There is no exact match; this is the nearest."),
    "ParameterInvalid": (4, "A parameter is not valid; Context names it."),
    "ParameterOutOfRange": (4, "A parameter is out of its range; Context names it."),
    "ProviderError": (5, "The provider refused the transfer."),
    "RechargeNotAllowed": (5, "The provider does not allow this recharge."),
    "RequestInvalid": (4, "The request is not valid."),
}
"""Code -> the ResultCode it comes with, and what GetErrorCodeDescriptions says of it."""


class _Balance:
    """What is left of the account, in cents. Thread-safe."""

    def __init__(self, book: Book, cents: int) -> None:
        self._lock = Lock()
        self.cents = cents - sum(
            _cents(Vend(**sold))
            for sold in book.vends()
            if sold["provider"] == NAME and sold["state"] in {"pending", "delivered"}
        )

    def move(self, cents: int) -> None:
        with self._lock:
            self.cents += cents


def blueprint(floor: Floor) -> Blueprint:
    """`/dingconnect/api/V1/...`."""
    routes = Blueprint("sandbox_dingconnect", __name__, url_prefix="/dingconnect/api/V1")
    balance = _Balance(floor.book, floor.settings.float_minor)

    @routes.before_request
    def _signed_in() -> tuple[Response, int] | None:
        return None if request.headers.get("api_key") else (_refused("AuthenticationFailed"), 401)

    @routes.get("/GetBalance")
    def get_balance() -> Response:
        return _answer(Balance=balance.cents / 100, CurrencyIso=CURRENCY)

    @routes.post("/SendTransfer")
    def send_transfer() -> Response:
        return _send_transfer(floor, balance)

    @routes.post("/ListTransferRecords")
    def list_transfer_records() -> Response:
        return _list_transfer_records(floor)

    routes.add_url_rule("/EstimatePrices", view_func=_estimate_prices, methods=["POST"])
    routes.add_url_rule("/GetProviders", view_func=_get_providers)
    routes.add_url_rule("/GetProducts", view_func=_get_products)
    routes.add_url_rule("/GetAccountLookup", view_func=_get_account_lookup)
    routes.add_url_rule("/GetErrorCodeDescriptions", view_func=_get_error_code_descriptions)
    return routes


def _send_transfer(floor: Floor, balance: _Balance) -> Response:
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer = Response("", 503)
    if course.received:
        answer = _sell(floor, balance, course, request.get_json(silent=True))
    return floor.faulty(course.answer) or answer


def _sell(floor: Floor, balance: _Balance, course: Course, body: Any) -> Response:
    if not isinstance(body, dict):
        return _refused("RequestInvalid")
    product, cents = PRODUCTS.get(str(body.get("SkuCode"))), _minor(body.get("SendValue"), CURRENCY)
    problem = _malformed(body)
    if problem or product is None:
        return _refused("ParameterInvalid", problem or "SkuCode")
    if cents is None or not takes(product, cents):
        return _refused("ParameterOutOfRange", "SendValue")
    operator = operator_at(f"+{body['AccountNumber']}")
    if not body["AccountNumber"].isdigit() or operator is None:
        return _refused("AccountNumberInvalid", "AccountNumberFailedRegex")
    bought = vend(
        NAME, body["DistributorRef"], floor.new_id("8637"), f"+{body['AccountNumber']}",
        f"data {product.sku}" if product.cents else "airtime", arrives(product, cents),
        product.currency,
    )  # fmt: skip
    if operator != product.operator:
        return _failed(floor, bought, "RechargeNotAllowed")
    if cents > balance.cents:
        refusal = _failed(floor, bought, "InsufficientBalance")
        refusal.status_code = 500
        return refusal
    if course.declined:
        return _failed(floor, bought, "ProviderError")
    floor.book.accept(bought)
    balance.move(-cents)
    return _finish(floor, balance, course, bought)


def _malformed(body: dict[str, Any]) -> str:
    """The first parameter that isn't as documented; empty when all are. ValidateOnly has to be
    there; what only validates isn't sold here."""
    texts = ("AccountNumber", "DistributorRef")
    wrong = [name for name in texts if not isinstance(body.get(name), str) or not body[name]]
    if body.get("SendCurrencyIso") not in {None, CURRENCY}:
        wrong.append("SendCurrencyIso")
    return [*wrong, *(["ValidateOnly"] if body.get("ValidateOnly") is not False else []), ""][0]


def _finish(floor: Floor, balance: _Balance, course: Course, bought: Vend) -> Response:
    """Complete or failed at once, or submitted and so later."""

    def done() -> None:
        floor.book.settle(NAME, bought.reference, course.final)
        if course.final == "failed":
            balance.move(_cents(bought))

    if course.slow:
        floor.later.after(floor.settings.pending_seconds, done)
    else:
        done()
    return _answer(TransferRecord=_record(bought))


def _failed(floor: Floor, bought: Vend, code: str) -> Response:
    bought.state = "failed"
    floor.book.accept(bought)
    return _refused(code, TransferRecord=_record(bought))


def _list_transfer_records(floor: Floor) -> Response:
    """Of one DistributorRef only."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("DistributorRef"), str):
        return _refused("RequestInvalid")
    if not isinstance(body.get("Take"), int) or not 1 <= body["Take"] <= 100:
        return _refused("ParameterOutOfRange", "Take")
    found = floor.book.find(NAME, body["DistributorRef"])
    rows = [] if found is None else [
        {"TransferRecord": _record(found), "ResultCode": 1, "ErrorCodes": []}
    ]  # fmt: skip
    return _answer(Items=rows, ThereAreMoreItems=False)


def _estimate_prices() -> Response:
    """For each row of a bare list, what must be sent or what arrives; neither is sold."""
    rows = request.get_json(silent=True)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return _refused("RequestInvalid")
    return _answer(Items=[_estimate(row) for row in rows])


def _estimate(row: dict[str, Any]) -> dict[str, Any]:
    product = PRODUCTS.get(str(row.get("SkuCode")))
    said = {"SkuCode": row.get("SkuCode"), "BatchItemRef": row.get("BatchItemRef")}
    if product is None:
        return _error("ParameterInvalid", "SkuCode") | said
    cents = _minor(row.get("SendValue") or 0, CURRENCY)
    received = _minor(row.get("ReceiveValue") or 0, product.currency)
    if cents is None or received is None or bool(cents) == bool(received):
        return _error("ParameterInvalid", "SendValue") | said
    cents = cents or costs(product, received)
    if not takes(product, cents):
        return _error("ParameterOutOfRange", "SendValue") | said
    return {"Price": price(product, cents), "ResultCode": 1, "ErrorCodes": []} | said


def _get_providers() -> Response:
    rows = [provider_row(code) for code in PROVIDERS]
    return _answer(Items=_filtered(rows, countryIsos="CountryIso", providerCodes="ProviderCode"))


def _get_products() -> Response:
    rows = [product_row(product) for product in PRODUCTS.values()]
    return _answer(
        Items=_filtered(
            rows, countryIsos="RegionCode", providerCodes="ProviderCode", skuCodes="SkuCode"
        )
    )


def _get_account_lookup() -> Response:
    number = request.args.get("accountNumber", "").strip().removeprefix("+")
    operator = operator_at(f"+{number}")
    found = [
        {"ProviderCode": code, "RegionCode": provider_row(code)["CountryIso"]}
        for code, (at, _) in PROVIDERS.items()
        if at == operator
    ]
    if not found:
        return _refused("NearestMatch", AccountNumberNormalized=number, CountryIso="", Items=[])
    country = found[0]["RegionCode"]
    return _answer(AccountNumberNormalized=number, CountryIso=country, Items=found)


def _get_error_code_descriptions() -> Response:
    return _answer(Items=[{"Code": code, "Message": text} for code, (_, text) in _ERRORS.items()])


def _filtered(rows: Iterable[dict[str, Any]], **filters: str) -> list[dict[str, Any]]:
    """The rows that every given parameter names; a parameter may be repeated."""
    wanted = [
        (field, set(request.args.getlist(name)))
        for name, field in filters.items()
        if name in request.args
    ]
    return [row for row in rows if all(row[field] in values for field, values in wanted)]


def _record(bought: Vend) -> dict[str, Any]:
    product = _product(bought)
    ended = None if bought.state == "pending" else _utc(bought.at)
    return {
        "TransferId": {"TransferRef": bought.external_id, "DistributorRef": bought.reference},
        "SkuCode": product.sku, "Price": price(product, _cents(bought)), "CommissionApplied": 0.0,
        "StartedUtc": _utc(bought.at), "CompletedUtc": ended,
        "ProcessingState": _STATES[bought.state], "ReceiptText": None, "ReceiptParams": {},
        "AccountNumber": bought.msisdn.removeprefix("+"),
    }  # fmt: skip


def _product(bought: Vend) -> Product:
    """What was sold: a plan by its code; airtime by its currency and the number."""
    if bought.product.startswith("data "):
        return PRODUCTS[bought.product.removeprefix("data ")]
    at = operator_at(bought.msisdn)
    airtime = [one for one in PRODUCTS.values() if one.cents is None]
    return next(one for one in airtime if at in {None, one.operator})


def _cents(bought: Vend) -> int:
    return costs(_product(bought), bought.amount_minor)


def _minor(value: object, currency: str) -> int | None:
    """An amount in major units as minor ones; None for what can't be one."""
    try:
        minor = Decimal(str(value)).scaleb(MINOR_DIGITS[currency])
        return int(minor) if minor == minor.to_integral_value() and minor >= 0 else None
    except (InvalidOperation, ValueError, OverflowError):
        return None


def _utc(at: str) -> str:
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _answer(**fields: object) -> Response:
    return jsonify(fields | {"ResultCode": 1, "ErrorCodes": []})


def _refused(code: str, context: str = "", **fields: object) -> Response:
    return jsonify(fields | _error(code, context))


def _error(code: str, context: str = "") -> dict[str, Any]:
    return {"ResultCode": _ERRORS[code][0], "ErrorCodes": [{"Code": code, "Context": context}]}
