"""What happened at Paystack on a day: payments and refunds, page by page.

Sources: paystack.com/docs pages api/transaction (list) and api/refund (list). A day is one of
Lagos, where Paystack's settlements are counted.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

from app.domain.money import Money
from app.ports.statements import LineKind, StatementLine, StatementUnavailable
from providers.http_client import AnswerLostError, NotSentError
from providers.payments.paystack import codes
from providers.payments.paystack.answers import our_reference
from providers.payments.paystack.service import Service, whole

PER_PAGE = 50
_LAGOS = timezone(timedelta(hours=1))
_MOST_PAGES = 20_000


def lines(service: Service, day: date) -> Iterator[StatementLine]:
    """Every final line of the day. Raises StatementUnavailable, also in the middle."""
    for status in (codes.PAID, codes.TAKEN_BACK):
        for row in _rows(service, "/transaction", day, {"status": status}):
            yield _payment(row)
    for row in _rows(service, "/refund", day, {}):
        if row.get("status") in codes.REFUND_DONE:
            yield _refund(row)


def _rows(
    service: Service, path: str, day: date, more: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    start = datetime(day.year, day.month, day.day, tzinfo=_LAGOS)
    asked = {
        "from": _utc(start),
        "to": _utc(start + timedelta(days=1)),
        "perPage": PER_PAGE,
        **more,
    }
    for page in range(1, _MOST_PAGES):
        query = urlencode({**asked, "page": page})
        try:
            answer = service.get(f"{path}?{query}", f"statement {day}")
        except (NotSentError, AnswerLostError) as error:
            raise StatementUnavailable(f"{path} page {page}: {error.code}") from None
        rows = answer.said.get("data")
        if not answer.good or not isinstance(rows, list):
            raise StatementUnavailable(f"{path} page {page}: {answer.status}")
        # `to` may be read as inclusive; the next day's first moment is not this day's.
        yield from (row for row in rows if _at(row) < start + timedelta(days=1))
        if len(rows) < PER_PAGE:
            return
    raise StatementUnavailable(f"{path}: more than {_MOST_PAGES} pages")


def _payment(row: Mapping[str, Any]) -> StatementLine:
    reference = str(row.get("reference", ""))
    amount, fee, currency = whole(row.get("amount")), whole(row.get("fees") or 0), row["currency"]
    if amount is None or fee is None or "id" not in row:
        raise StatementUnavailable(f"transaction {reference} can't be read")
    return StatementLine(
        LineKind.PAYMENT, str(row["id"]), our_reference(reference) or reference,
        Money(amount, str(currency)), Money(fee, str(currency)), _at(row),
    )  # fmt: skip


def _refund(row: Mapping[str, Any]) -> StatementLine:
    """A refund names the payment by its id, so that both lines are of one payment."""
    amount, currency, payment = whole(row.get("amount")), row["currency"], row.get("transaction")
    if isinstance(payment, dict):
        payment = payment.get("id")
    if amount is None or payment is None:
        raise StatementUnavailable(f"refund {row.get('id')} can't be read")
    return StatementLine(
        LineKind.TAKEN_BACK, str(payment), str(row.get("id", "")), Money(amount, str(currency)),
        Money(0, str(currency)), _at(row),
    )  # fmt: skip


def _at(row: Mapping[str, Any]) -> datetime:
    """When it happened: paid, or refunded, or (some rows have neither) written down."""
    said = next(
        (row[name] for name in ("paid_at", "refunded_at", "created_at", "createdAt")
         if row.get(name)), "",
    )  # fmt: skip
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        raise StatementUnavailable(f"row {row.get('id')} has no time") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
