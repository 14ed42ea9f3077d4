"""Reloadly as documented: token, top-ups (answered at once, or with an id only), status, the list
of transactions, operators, auto-detect, balance, and its webhook.

Source: Reloadly/reloadly-api-documentation, openapi/paths/airtime-*.yaml and access-token.yaml. The
webhook's form and its signature are what most implementers have, not what a page tells.
"""

import hashlib
import hmac
import json
import secrets
import time
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.domain.errors import NotAnMsisdn
from app.domain.money import MINOR_DIGITS
from app.domain.msisdn import Msisdn, parse_msisdn
from providers.sandbox.book import Vend
from providers.sandbox.faults import Course
from providers.sandbox.floor import Floor, vend
from providers.sandbox.reloadly_words import (
    ACCOUNT,
    BY_ID,
    Listed,
    airtime_of,
    listed_in,
    topup,
    units,
)
from providers.sandbox.stock import operator_at

NAME = "reloadly"
SAME_RECIPIENT_SECONDS = 120.0
WEBHOOK = "/webhooks/reloadly"
_TOKEN_SECONDS = 5_184_000
_MOST_LISTED = 200
Answered = tuple[Response, int] | Response
_SAID = {
    "COUNTRY_NOT_SUPPORTED": "Country not found and/or not currently supported",
    "COULD_NOT_AUTO_DETECT_OPERATOR": "Could not auto detect operator for given phone number",
    "CUSTOM_IDENTIFIER_ALREADY_USED": "Custom identifier was already used",
    "INSUFFICIENT_BALANCE": "Insufficient balance to complete transaction",
    "INVALID_AMOUNT_FOR_OPERATOR": "Amount is not valid for the given operator",
    "INVALID_INPUT_PROVIDED": "Invalid input provided",
    "INVALID_RECIPIENT_PHONE": "Recipient phone number is not valid",
    "INVALID_TOKEN": "Full authentication is required to access this resource",
    "PHONE_RECENTLY_RECHARGED": "Phone was recently recharged",
}


class Desk:
    """What was sold, by the vendor's id and by ours; kept with the book."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.notes = floor.book.noted(NAME)
        self.references = {note["id"]: reference for reference, note in self.notes.items()}

    def keep(self, sold: Vend, note: dict[str, Any]) -> None:
        self.notes[sold.reference], self.references[note["id"]] = note, sold.reference
        self.floor.book.note(NAME, sold.reference, note)
        self.floor.book.accept(sold)

    def told(self, reference: str) -> dict[str, Any] | None:
        """A top-up in its words; None for one that isn't there."""
        sold = self.floor.book.find(NAME, reference)
        return None if sold is None else topup(sold, self.notes[reference])

    def report(self, reference: str, status: str = "", secret: str = "") -> tuple[bytes, Any, Any]:
        """Its webhook: the body, and two headers that sign it."""
        told = self.told(reference) or {}
        data = {name: told.get(name) for name in ("transactionId", "status", "customIdentifier")}
        if status:
            data["status"] = status
        event = {"type": "airtime_transaction.status", "date": told.get("transactionDate")}
        body = json.dumps(event | {"data": data}).encode()
        at = str(int(time.time()))
        key = secret or self.floor.settings.reloadly_webhook_secret
        made = hmac.new(key.encode(), body + f":{at}".encode(), hashlib.sha256).hexdigest()
        return body, ("X-Reloadly-Signature", made), ("X-Reloadly-Request-Timestamp", at)

    def tell(self, reference: str, status: str = "", secret: str = "") -> None:
        body, signature, at = self.report(reference, status, secret)
        self.floor.callbacks.tell_signed(WEBHOOK, body, signature, more=(at,))


def blueprint(floor: Floor) -> Blueprint:
    """`/reloadly/...`."""
    routes = Blueprint("sandbox_reloadly", __name__, url_prefix="/reloadly")
    desk, tokens = Desk(floor), set[str]()

    @routes.before_request
    def _signed_in() -> Answered | None:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if request.path.endswith("/oauth/token") or (scheme == "Bearer" and token in tokens):
            return None
        return _error("INVALID_TOKEN", 401)

    @routes.post("/oauth/token")
    def token() -> Answered:
        said = request.get_json(silent=True) or {}
        wanted = ("client_id", "client_secret", "audience")
        if said.get("grant_type") != "client_credentials" or not all(map(said.get, wanted)):
            return jsonify(message="Access Denied", errorCode="INVALID_CREDENTIALS"), 401
        tokens.add(made := floor.new_id("rl"))
        return jsonify(access_token=made, scope="send-topups", expires_in=_TOKEN_SECONDS,
                       token_type="Bearer")  # noqa: S106 - a kind, no secret # fmt: skip

    @routes.get("/accounts/balance")
    def balance() -> Response:
        left = units(floor.float_left_minor(NAME), ACCOUNT)
        return jsonify(balance=float(left), currencyCode=ACCOUNT, currencyName="Nigerian Naira")

    @routes.post("/topups")
    def buy() -> Answered:
        return _buy(desk, asynchronous=False)

    @routes.post("/topups-async")
    def buy_later() -> Answered:
        return _buy(desk, asynchronous=True)

    _answer_questions(routes, desk)
    return routes


def _answer_questions(routes: Blueprint, desk: Desk) -> None:
    @routes.get("/topups/<int:id_>/status")
    def status(id_: int) -> Answered:
        told = desk.told(desk.references.get(id_, ""))
        return _error("TRANSACTION_NOT_FOUND", 404) if told is None else jsonify(told)

    @routes.get("/topups/reports/transactions")
    def transactions() -> Response:
        wanted = request.args.get("customIdentifier")
        references = [wanted] if wanted is not None else list(desk.notes)[-_MOST_LISTED:]
        found = [told for one in references if (told := desk.told(one)) is not None]
        return jsonify(content=found, totalElements=len(found))

    @routes.get("/operators/countries/<country>")
    def operators(country: str) -> Answered:
        found = [one.words() for one in listed_in(country)]
        return jsonify(found) if found else _error("COUNTRY_NOT_SUPPORTED", 404)

    @routes.get("/operators/auto-detect/phone/<phone>/countries/<country>")
    def detect(phone: str, country: str) -> Answered:
        try:
            found = airtime_of(operator_at(parse_msisdn(phone, country)) or "")
        except NotAnMsisdn:
            found = None
        return jsonify(found.words()) if found else _error("COULD_NOT_AUTO_DETECT_OPERATOR", 404)


def _buy(desk: Desk, *, asynchronous: bool) -> Answered:
    floor = desk.floor
    course = floor.faults.next(NAME, "vending")
    floor.later.pause(floor.faults.latency_seconds(NAME))
    answer: Answered = Response("", 503)
    if course.received:
        answer = _sell(desk, course, request.get_json(silent=True), asynchronous=asynchronous)
    return floor.faulty(course.answer) or answer


def _sell(desk: Desk, course: Course, sent: object, *, asynchronous: bool) -> Answered:
    body = sent if isinstance(sent, dict) else {}
    floor, reference = desk.floor, str(body.get("customIdentifier") or secrets.token_hex(8))
    listed, msisdn = _listed(body.get("operatorId")), _recipient(body.get("recipientPhone"))
    amount, local = _amount(body.get("amount")), body.get("useLocalAmount") is True
    if listed is None or amount is None:
        return _error("INVALID_INPUT_PROVIDED", 400)
    if msisdn is None:
        return _error("INVALID_RECIPIENT_PHONE", 400)
    currency = listed.currency if local else ACCOUNT
    minor = int(amount.scaleb(MINOR_DIGITS[currency]))
    refusal = (
        "CUSTOM_IDENTIFIER_ALREADY_USED" if floor.book.find(NAME, reference)
        else "INVALID_AMOUNT_FOR_OPERATOR" if not listed.takes(amount, local=local)
        else "PHONE_RECENTLY_RECHARGED" if floor.bought_within(SAME_RECIPIENT_SECONDS, NAME, msisdn)
        else "INSUFFICIENT_BALANCE" if minor > floor.float_left_minor(NAME)
        else ""
    )  # fmt: skip
    if refusal:
        return _error(refusal, 400)
    id_ = secrets.randbelow(10**9) + 1
    product = f"data {listed.id}/{amount:.2f}" if listed.is_data else "airtime"
    sold = vend(NAME, reference, str(id_), msisdn, product, minor, currency)
    desk.keep(sold, {"id": id_, "operator_id": listed.id, "local": local})
    if course.declined or operator_at(msisdn) not in {None, listed.operator}:
        floor.book.settle(NAME, reference, "failed")
    else:
        floor.remember(NAME, msisdn)
        _finish(desk, course, reference, asynchronous=asynchronous)
    return jsonify(transactionId=id_) if asynchronous else jsonify(desk.told(reference))


def _finish(desk: Desk, course: Course, reference: str, *, asynchronous: bool) -> None:
    """Delivered at once, or later and told."""
    floor = desk.floor
    if course.forged:
        desk.tell(reference, "SUCCESSFUL", "not the secret")
    if course.early:
        floor.book.settle(NAME, reference, course.final)
        floor.callbacks.tell_now(WEBHOOK, json.loads(desk.report(reference)[0]))
    elif course.slow or asynchronous:

        def done() -> None:
            floor.book.settle(NAME, reference, course.final)
            for _ in range(course.told):
                desk.tell(reference)

        wait = floor.settings.pending_seconds if course.slow else floor.settings.delivery_seconds
        floor.later.after(wait, done)
    else:
        floor.book.settle(NAME, reference, course.final)
    if course.taken_back:
        wait = floor.settings.pending_seconds
        floor.later.after(wait, lambda: _take_back(desk, reference))


def _take_back(desk: Desk, reference: str) -> None:
    desk.floor.book.undo(NAME, reference)
    desk.tell(reference)


def _listed(operator_id: object) -> Listed | None:
    return BY_ID.get(operator_id) if isinstance(operator_id, int) else None


def _recipient(phone: object) -> Msisdn | None:
    said = phone if isinstance(phone, dict) else {}
    try:
        return parse_msisdn(str(said.get("number")), str(said.get("countryCode")))
    except NotAnMsisdn:
        return None


def _amount(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and amount > 0 else None


def _error(code: str, status: int) -> tuple[Response, int]:
    return jsonify(
        timeStamp=time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime()), message=_SAID.get(code, code),
        path=request.path, errorCode=code, infoLink=None, details=[],
    ), status  # fmt: skip
