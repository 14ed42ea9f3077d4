"""A day of Flutterwave's own lists as statement lines: whole, or not at all.

Sources: developer.flutterwave.com reference, GET /v3/transactions and GET /v3/refunds, both by
`from`, `to` and `page` with `meta.page_info`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from app.domain.money import Money
from app.ports.statements import LineKind, StatementLine, StatementUnavailable
from providers.payments.flutterwave import codes, references
from providers.payments.flutterwave.reading import (
    Unreadable,
    amount_and_fee,
    money,
    transaction_id,
)

Fetch = Callable[[str, Mapping[str, str]], Mapping[str, Any]]
"""Path and query to a successful answer. Raises StatementUnavailable."""

_REFUNDS_IN = "NGN"
_Row = TypeVar("_Row")
_Read = TypeVar("_Read")


def lines(fetch: Fetch, day: date) -> Iterator[StatementLine]:
    """Payments, then refunds. Raises StatementUnavailable, also in the middle."""
    asked = {"from": day.isoformat(), "to": day.isoformat()}
    seen: set[str] = set()
    for row in _rows(fetch, "/v3/transactions", {**asked, "status": codes.PAID}):
        line = _read(_payment, row)
        if line.external_id in seen:
            raise StatementUnavailable("a transaction is listed twice")
        seen.add(line.external_id)
        yield line
    for row in _rows(fetch, "/v3/refunds", asked):
        if _read(_is_done, row):
            yield _read(_refund, row)


def _rows(fetch: Fetch, path: str, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """Every row of every page; what is announced must be what comes."""
    page, listed, announced = 1, 0, None
    while True:
        answer = fetch(path, {**asked, "page": str(page)})
        rows, total, pages = _read(_page, answer)
        if announced not in {None, total}:
            raise StatementUnavailable(f"{path} changed while it was read")
        announced = total
        yield from rows
        listed += len(rows)
        if page >= pages:
            break
        if not rows or listed >= total:
            raise StatementUnavailable(f"{path} page {page} isn't what was announced")
        page += 1
    if listed != announced:
        raise StatementUnavailable(f"{path} announced {announced} rows and gave {listed}")


def _page(answer: Mapping[str, Any]) -> tuple[list[Mapping[str, Any]], int, int]:
    rows, info = answer["data"], answer["meta"]["page_info"]
    total, pages = info["total"], info["total_pages"]
    if not (isinstance(rows, list) and isinstance(total, int) and isinstance(pages, int)):
        raise Unreadable("page")
    return rows, total, pages


def _payment(row: Mapping[str, Any]) -> StatementLine:
    if row["status"] != codes.PAID:
        raise Unreadable("status")
    amount, fee = amount_and_fee(row)
    reference = references.charge(row["tx_ref"]) or str(row["tx_ref"])
    return StatementLine(
        LineKind.PAYMENT, transaction_id(row), reference, amount, fee, _time(row["created_at"])
    )


def _is_done(row: Mapping[str, Any]) -> bool:
    status = row["status"]
    if status not in codes.REFUND_DONE | codes.REFUND_NOT_DONE:
        raise Unreadable("status")
    return status in codes.REFUND_DONE


def _refund(row: Mapping[str, Any]) -> StatementLine:
    """A refund names its transaction and no currency: naira, as all that we collect."""
    amount = money(row["amount_refunded"], row.get("currency") or _REFUNDS_IN)
    return StatementLine(
        LineKind.TAKEN_BACK, transaction_id({"id": row["tx_id"]}), str(row["flw_ref"]), amount,
        Money(0, amount.currency), _time(row["created_at"]),
    )  # fmt: skip


def _time(text: object) -> datetime:
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise Unreadable("time")
    return found


def _read(read: Callable[[_Row], _Read], row: _Row) -> _Read:
    try:
        return read(row)
    except (KeyError, TypeError, ValueError) as error:
        raise StatementUnavailable(f"unreadable: {error}") from None
