"""What DingConnect's answers to an estimate, a transfer and a query mean.

Sources: dingconnect.com/Api (EstimatePrices, SendTransfer, ListTransferRecords, processing states).
"""

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import ProductKind
from app.ports.vending import VendRequest
from providers.http_client import OutboundResponse
from providers.vending.dingconnect import codes, reading
from providers.vending.dingconnect.reading import Record, Said, Unreadable
from providers.vending.dingconnect.service import retry_after


def account_number(request: VendRequest) -> str:
    """Digits only: Ding refuses a number with its plus sign."""
    return request.recipient.removeprefix("+")


def of_estimate(
    answer: OutboundResponse, request: VendRequest, currency: str
) -> Money | VendOutcome:
    """What must be sent so that exactly the amount asked for arrives; else why it can't be. An
    estimate buys nothing, so whatever is wrong with its answer, nothing of the sale was sent."""
    stopped = _stopped(answer)
    if stopped is not None:
        return stopped
    try:
        said = reading.said(answer.body)
        if not said.good:
            return _unpriced(said)
        [row] = said.items()
        estimate = reading.envelope(row)
    except ValueError:
        return NotSent("unpriced")
    if not estimate.good:
        return _unpriced(estimate)
    try:
        price = row.get("Price")
        sent, received = reading.price(price, "Send"), reading.price(price, "Receive")
        if not reading.is_free_of(row["Price"], "TaxRate"):
            return Declined("taxed", Scope.PROVIDER)
    except Unreadable:
        return Declined("not_exact", Scope.PROVIDER)
    about = row.get("BatchItemRef"), row.get("SkuCode")
    if about != (request.reference, request.code) or received != request.amount:
        return Declined("not_exact", Scope.PROVIDER)
    if sent.currency != currency or sent.amount_minor <= 0:
        return Declined("not_exact", Scope.PROVIDER)
    return sent


def of_transfer(answer: OutboundResponse, request: VendRequest, sent: Money) -> VendOutcome:
    """What became of a sale for which `sent` was to be taken from us."""
    stopped = _stopped(answer)
    if stopped is not None:
        return stopped
    try:
        said = reading.said(answer.body)
        record = reading.record(said.fields.get("TransferRecord"))
    except Unreadable:
        return Unknown("unreadable" if answer.status == 200 else str(answer.status))
    if not said.good:
        return _refusal(said, record, request.reference)
    if answer.status != 200 or record is None:
        return Unknown("no_record" if record is None else str(answer.status))
    about = record.reference, record.account, record.sku
    if about != (request.reference, account_number(request), request.code):
        return Unknown("another_transfer")
    outcome = _by_state(record)
    if isinstance(outcome, Delivered) and not _as_asked(record, request, sent):
        return Unknown("another_price", record.external_id)
    return outcome


def of_query(answer: OutboundResponse, reference: str) -> QueryOutcome:
    """What the record of our reference says, when it is the only one and only ours was listed."""
    stopped = _stopped(answer)
    if isinstance(stopped, Throttled):
        return NotSent(stopped.code)
    if stopped is not None:
        return stopped
    try:
        said = reading.said(answer.body)
        if answer.status != 200 or not said.good:
            misconfigured = said.code == "AuthenticationFailed"
            return Misconfigured(said.code) if misconfigured else Unknown(said.code or "unreadable")
        rows = [reading.record(row.get("TransferRecord") or row) for row in said.items()]
    except Unreadable:
        return Unknown("unreadable" if answer.status == 200 else str(answer.status))
    records = [row for row in rows if row is not None]
    if any(record.reference != reference for record in records):
        return Unknown("another_transfer")
    if len(records) > 1 or said.fields.get("ThereAreMoreItems"):
        return Unknown("several_transfers")
    return _by_state(records[0]) if records else NotFound("no_record")


def _stopped(answer: OutboundResponse) -> Misconfigured | Throttled | None:
    """What the HTTP status alone says."""
    if answer.status in codes.NOT_SIGNED_IN:
        return Misconfigured(str(answer.status))
    if answer.status == 429:
        return Throttled("429", retry_after(answer))
    return None


def _unpriced(said: Said) -> VendOutcome:
    if said.code in codes.MISCONFIGURED:
        return Misconfigured(said.code)
    return Declined(said.code or "not_exact", Scope.PROVIDER)


def _refusal(said: Said, record: Record | None, reference: str) -> VendOutcome:
    """A listed error, alone, that nothing in the record contradicts; else Unknown."""
    code, failed = said.code, False
    external_id = record.external_id if record else ""
    if record is not None and record.state:
        failed = record.state in codes.FAILED
        if not failed or record.reference not in {"", reference}:
            return Unknown(code or "contradiction", external_id)
    if said.result not in codes.REFUSALS:
        return Unknown(code or f"result_{said.result}", external_id)
    if code in codes.MISCONFIGURED:
        return Misconfigured(code)
    if code in codes.REFUSED:
        return Declined(code, codes.REFUSED[code], external_id)
    if code in codes.REFUSED_AT_OPERATOR and failed:
        return Declined(code, Scope.PROVIDER, external_id)
    return Unknown(code or "several_errors", external_id)


def _by_state(record: Record) -> Delivered | Declined | Pending | Unknown:
    """Without a TransferRef nothing was transferred: so answers a request that only validates."""
    state, external_id = record.state, record.external_id
    if state in codes.DELIVERED and external_id:
        return Delivered(external_id, state)
    if state in codes.FAILED:
        return Declined(state, Scope.SALE, external_id)
    if state in codes.TAKEN_BACK:
        return Declined(state, Scope.SALE, external_id, taken_back=True)
    if state in codes.PENDING:
        return Pending(external_id, state)
    return Unknown(f"state_{state[:20] or 'missing'}", external_id)


def _as_asked(record: Record, request: VendRequest, sent: Money) -> bool:
    """Did it cost what it was to cost, and did the airtime that was asked for arrive?"""
    try:
        cost = reading.price(record.price, "Send")
        if request.kind is ProductKind.DATA:
            return cost == sent
        return cost == sent and reading.price(record.price, "Receive") == request.amount
    except Unreadable:
        return False
