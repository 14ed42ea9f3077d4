"""VTpass' answers to /pay and /requery as outcomes; anything not documented is Unknown.

Sources: see codes.py.
"""

from datetime import timedelta
from typing import Any

from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    Pending,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import ProductKind
from app.ports.vending import VendRequest
from providers import answers
from providers.http_client import OutboundResponse
from providers.vending.vtpass import codes


def outcome_of(answer: OutboundResponse, reference: str) -> VendOutcome | NotFound:
    """An answer about our `reference`; one about another is Unknown."""
    if answer.status in {401, 403}:
        return Misconfigured(str(answer.status))
    if answer.status == 429:
        return Throttled("429", _retry_after(answer))
    if answer.status != 200:
        return Unknown(str(answer.status))
    parsed = answers.read_json(answer.body)
    if not isinstance(parsed, dict) or "code" not in parsed:
        return Unknown("unreadable")
    code = str(parsed["code"])[:20]
    transaction = _transaction(parsed)
    external_id = str(transaction.get("transactionId") or "")[:64]
    named = parsed.get("requestId")
    if named != reference and (named or code == codes.HANDLED):
        return Unknown("another_request")
    if code == codes.HANDLED:
        return _by_inner_status(str(transaction.get("status") or ""), external_id)
    if code in codes.PENDING:
        return Pending(external_id, code)
    if code in codes.NOT_FOUND:
        return NotFound(code)
    if code == codes.SAME_RECIPIENT:
        return Throttled(code, timedelta(seconds=codes.SAME_RECIPIENT_SECONDS), same_recipient=True)
    if code in codes.DECLINED:
        return Declined(code, codes.DECLINED[code], external_id)
    if code in codes.MISCONFIGURED:
        return Misconfigured(code)
    return Unknown(code, external_id)


def is_about(answer: OutboundResponse, request: VendRequest, biller: str) -> bool:
    """Does an answer that says "delivered" name the recipient (`unique_element` is what the biller
    knows it by) and no other amount, or, of a plan, none above what it was to cost?"""
    parsed = answers.read_json(answer.body)
    if _transaction(parsed).get("unique_element") not in (biller, request.recipient[1:]):
        return False
    taken = answers.money(parsed.get("amount"), request.amount.currency)
    if request.kind is ProductKind.DATA:
        return taken is not None and taken <= request.amount
    return taken == request.amount


def _by_inner_status(status: str, external_id: str) -> VendOutcome:
    if status in codes.INNER_DELIVERED:
        return Delivered(external_id, status)
    if status in codes.INNER_FAILED:
        return Declined(status, Scope.SALE, external_id)
    if status in codes.INNER_TAKEN_BACK:
        return Declined(status, Scope.SALE, external_id, taken_back=True)
    if status in codes.INNER_PENDING:
        return Pending(external_id, status)
    return Unknown(f"inner_{status[:20] or 'missing'}", external_id)


def _transaction(parsed: dict[str, Any]) -> dict[str, Any]:
    content = parsed.get("content")
    transaction = content.get("transactions") if isinstance(content, dict) else None
    return transaction if isinstance(transaction, dict) else {}


def _retry_after(answer: OutboundResponse) -> timedelta:
    text = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(text) if text.isdigit() and len(text) < 5 else 5)
