"""A day at Flutterwave: whole and as listed, or not at all."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from app.domain.money import Money
from app.ports.statements import LineKind, StatementLine, StatementUnavailable
from providers.http_client import HttpClient
from providers.payments.flutterwave import statement
from tests.fakes.clock import FixedClock
from tests.fakes.http import Remembered, saying
from tests.providers.flutterwave import NOWHERE, flutterwave

DAY = date(2026, 11, 20)
ROW = {
    "id": "989208", "tx_ref": "nx-ABC234", "flw_ref": "URF_1578001706192_7697035",
    "amount": 1000, "currency": "NGN", "charged_amount": 1000, "app_fee": 14,
    "merchant_fee": 0, "status": "successful", "payment_type": "ussd",
    "created_at": "2026-11-20T21:48:26.000Z", "amount_settled": 986,
}  # fmt: skip
REFUND = {
    "id": 75923, "account_id": 73362, "tx_id": 989208, "flw_ref": "URF_1577867664541_3572735",
    "amount_refunded": 400.5, "status": "completed", "destination": "payment_source",
    "created_at": "2026-11-20T22:18:26.000Z",
}  # fmt: skip
LINE = StatementLine(
    LineKind.PAYMENT, "989208", "ABC234", Money(1_000_00, "NGN"), Money(14_00, "NGN"),
    datetime(2026, 11, 20, 21, 48, 26, tzinfo=UTC),
)  # fmt: skip
TAKEN_BACK = StatementLine(
    LineKind.TAKEN_BACK, "989208", "URF_1577867664541_3572735", Money(400_50, "NGN"),
    Money(0, "NGN"), datetime(2026, 11, 20, 22, 18, 26, tzinfo=UTC),
)  # fmt: skip
Answer = dict[str, Any]


def pages(*rows: list[Answer], total: int | None = None) -> list[Answer]:
    count = sum(len(page) for page in rows) if total is None else total
    return [
        {"data": page, "meta": {"page_info": {"total": count, "current_page": number + 1,
                                              "total_pages": len(rows)}}}
        for number, page in enumerate(rows)
    ]  # fmt: skip


def fetching(
    payments: list[Answer], refunds: list[Answer]
) -> tuple[statement.Fetch, list[tuple[str, dict[str, str]]]]:
    """A fetch of these pages, and what it was asked. A page that isn't there is unavailable."""
    asked: list[tuple[str, dict[str, str]]] = []
    lists = {"/v3/transactions": payments, "/v3/refunds": refunds}

    def fetch(path: str, query: Any) -> Answer:
        asked.append((path, dict(query)))
        try:
            return json.loads(json.dumps(lists[path][int(query["page"]) - 1]))  # type: ignore[no-any-return]
        except IndexError:
            raise StatementUnavailable("500") from None

    return fetch, asked


def test_every_page_of_payments_then_of_refunds_is_read() -> None:
    other = {**ROW, "id": 989209, "tx_ref": "nx-va-2348030000001"}
    fetch, asked = fetching(pages([ROW], [other]), pages([{**REFUND, "amount_refunded": 400}]))
    first, second, back = list(statement.lines(fetch, DAY))
    assert first == LINE
    assert (second.external_id, second.reference) == ("989209", "nx-va-2348030000001")
    assert (back.kind, back.amount) == (LineKind.TAKEN_BACK, Money(400_00, "NGN"))
    day = {"from": "2026-11-20", "to": "2026-11-20"}
    assert asked == [
        ("/v3/transactions", {**day, "status": "successful", "page": "1"}),
        ("/v3/transactions", {**day, "status": "successful", "page": "2"}),
        ("/v3/refunds", {**day, "page": "1"}),
    ]


def test_a_day_without_anything_is_a_statement_too() -> None:
    fetch, _ = fetching(pages([]), pages([]))
    assert list(statement.lines(fetch, DAY)) == []


def test_a_refund_that_is_not_done_is_no_line() -> None:
    rows = [{**REFUND, "status": word} for word in ("new", "pending", "processing", "failed")]
    fetch, _ = fetching(pages([]), pages(rows))
    assert list(statement.lines(fetch, DAY)) == []


def without(row: Answer, name: str) -> Answer:
    return {key: value for key, value in row.items() if key != name}


BROKEN: dict[str, tuple[list[Answer], list[Answer]]] = {
    **{f"no {name}": (pages([without(ROW, name)]), pages([]))
       for name in ("id", "tx_ref", "amount", "currency", "status", "created_at")},
    **{f"no refund's {name}": (pages([ROW]), pages([without(REFUND, name)]))
       for name in ("tx_id", "flw_ref", "amount_refunded", "status", "created_at")},
    "another status": (pages([{**ROW, "status": "failed"}]), pages([])),
    "three decimals": (pages([{**ROW, "amount": "1000.001"}]), pages([])),
    "no time zone": (pages([{**ROW, "created_at": "2026-11-20 21:48:26"}]), pages([])),
    "no time": (pages([{**ROW, "created_at": "yesterday"}]), pages([])),
    "no such currency": (pages([{**ROW, "currency": "XXX"}]), pages([])),
    "a row is text": (pages([["?"]]), pages([])),  # type: ignore[list-item]
    "twice": (pages([ROW], [ROW]), pages([])),
    "an unknown refund status": (pages([ROW]), pages([{**REFUND, "status": "surprise"}])),
    "fewer than announced": (pages([ROW], total=2), pages([])),
    "more than announced": (pages([ROW], total=0), pages([])),
    "an empty page in the middle": (pages([ROW], [], [{**ROW, "id": 2}]), pages([])),
    "the second page fails": (pages([ROW], [{**ROW, "id": 2}])[:1], pages([])),
    "the refunds fail": (pages([ROW]), []),
    "it changed meanwhile": ([*pages([ROW], [{**ROW, "id": 2}])[:1],
                              *pages([], [{**ROW, "id": 2}], total=3)[1:]], pages([])),
    "pages without end": ([*pages([ROW], [{**ROW, "id": 2}], total=1)], pages([])),
    "it shrank meanwhile": ([*pages([ROW], [{**ROW, "id": 2}], total=3)[:1],
                             *pages([], [{**ROW, "id": 2}], total=2)[1:]], pages([])),
    "no meta": ([{"data": [ROW]}], pages([])),
    "no page info": ([{"data": [ROW], "meta": {}}], pages([])),
    "no list": ([{**pages([ROW])[0], "data": None}], pages([])),
    "total is text": ([{"data": [], "meta": {"page_info": {"total": "0", "total_pages": 1}}}],
                      pages([])),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_any_doubt_makes_the_statement_unavailable(name: str) -> None:
    fetch, _ = fetching(*BROKEN[name])
    with pytest.raises(StatementUnavailable):
        list(statement.lines(fetch, DAY))


def test_what_came_before_the_doubt_was_given() -> None:
    fetch, _ = fetching(pages([ROW], [{**ROW, "id": 2}])[:1], pages([]))
    lines = statement.lines(fetch, DAY)
    assert next(lines) == LINE
    with pytest.raises(StatementUnavailable):
        next(lines)


# --- over the line -----------------------------------------------------------------------------


@pytest.fixture
def http(clock: FixedClock) -> Iterator[HttpClient]:
    client = HttpClient(clock, Remembered(), read_seconds=1)
    yield client
    client.close()


def ends(act: Callable[[], object]) -> str:
    with pytest.raises(StatementUnavailable) as doubt:
        act()
    return str(doubt.value)


@pytest.mark.parametrize(
    ("status", "answer"),
    [(400, "{}"), (401, '{"status": "error"}'), (404, ""), (429, ""), (500, ""),
     (200, "<html>"), (200, '{"status": "error"}'), (200, '{"status": "success"}')],
)  # fmt: skip
def test_an_answer_that_is_no_list_is_no_statement(
    status: int, answer: str, http: HttpClient
) -> None:
    with saying(status, answer) as (base, requests):
        said = ends(lambda: list(flutterwave(base, http).statement(DAY)))
    assert re.search(f"{status}|unreadable", said)
    path = urlsplit(requests.seen[0][0])
    assert path.path == "/v3/transactions"
    assert parse_qs(path.query)["from"] == ["2026-11-20"]


def test_a_line_that_is_down_is_no_statement(http: HttpClient) -> None:
    assert "connect" in ends(lambda: list(flutterwave(NOWHERE, http).statement(DAY)))


def test_fractions_of_a_naira_arrive_exactly(http: HttpClient) -> None:
    answer = {"status": "success", **pages([REFUND])[0]}
    with saying(200, json.dumps(answer)) as (base, _):
        fetch = flutterwave(base, http)._fetch
        lines = statement.lines(
            lambda path, query: fetch(path, query) if "refunds" in path else pages([])[0], DAY
        )
        assert list(lines) == [TAKEN_BACK]
