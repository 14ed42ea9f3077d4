"""Exported files: each layout, and every way in which a file can be bad."""

import csv
import io
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain.money import Money
from app.ports.statements import LineKind, StatementLine, StatementUnavailable
from app.services.reconcile import BREAKS_AT_MOST, Reconciled, reconcile
from providers.statements.csv_file import StatementFile
from providers.statements.layouts import LAYOUTS
from tests.factories.world import naira
from tests.reconciliation.desk import DAY, Desk

HEADER = "Transaction ID,Reference,Amount,Fees,Currency,Status,Paid at"
ROW = "p1,ref-p1,500.00,10,NGN,success,2026-03-02T11:00:00.000Z"

EXPORTS = {
    "paystack": (
        "Reference,Transaction ID,Amount paid,Paystack fee,Currency,Status,Transaction date\n"
        'T1,718324788,"30,000.00",550,NGN,Success,"Mar 02, 2026 12:30 PM"\n'
        "T2,718324789,100,0,NGN,abandoned,2026-03-02 12:31:00\n",
        StatementLine(LineKind.PAYMENT, "718324788", "T1", naira(30_000), naira(550),
                      datetime(2026, 3, 2, 11, 30, tzinfo=UTC)),
    ),
    "flutterwave": (
        "id,tx_ref,flw_ref,amount,charged_amount,app_fee,currency,status,created_at\n"
        "8321945,ABCDEF,8016,500,500,7,NGN,successful,2026-03-02T09:23:03.000Z\n",
        StatementLine(LineKind.PAYMENT, "8321945", "ABCDEF", naira(500), naira(7),
                      datetime(2026, 3, 2, 9, 23, 3, tzinfo=UTC)),
    ),
    "vtpass": (
        "Request ID,Transaction ID,Product,Amount,Status,Transaction date\n"
        "202603021200ABCDEF,1741598056,MTN Airtime,200,delivered,2026-03-02 12:00:05\n"
        "202603021200ABCDEG,1741598057,MTN Airtime,200,failed,2026-03-02 12:00:06\n",
        StatementLine(LineKind.SALE, "1741598056", "202603021200ABCDEF", naira(200), naira(0),
                      datetime(2026, 3, 2, 11, 0, 5, tzinfo=UTC)),
    ),
    "reloadly": (
        "transactionId,status,customIdentifier,requestedAmount,requestedAmountCurrencyCode,"
        "transactionDate\n27623,REFUNDED,ABCDEF,100.5,NGN,2026-03-02 04:19:26\n",
        StatementLine(LineKind.TAKEN_BACK, "27623", "ABCDEF", Money(100_50, "NGN"), naira(0),
                      datetime(2026, 3, 2, 4, 19, 26, tzinfo=UTC)),
    ),
}  # fmt: skip


def file(folder: Path, text: str | bytes, provider: str = "paystack") -> StatementFile:
    path = folder / "export.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return StatementFile(provider, path)


def lines(folder: Path, text: str | bytes, provider: str = "paystack") -> list[StatementLine]:
    return list(file(folder, text, provider).statement(DAY))


def imported(desk: Desk, source: StatementFile, day: date = DAY) -> Reconciled:
    return reconcile(desk.context, source.name, day, source, source.digest)


@pytest.mark.parametrize("provider", LAYOUTS)
def test_each_layout_is_read(tmp_path: Path, provider: str) -> None:
    text, expected = EXPORTS[provider]
    assert lines(tmp_path, text, provider) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\n{ROW}\n",
        f"{HEADER}\r\n{ROW}\r\n",
        f"{HEADER}\n{ROW}",
        f"{HEADER}\n\n{ROW}\n\n",
        HEADER.lower().replace(" ", "_") + f"\n{ROW}\n",
        f"{HEADER},Note\n{ROW},\"two\r\nlines, and \"\"quotes\"\"\"\n",
        f"Note,{HEADER}\n,{ROW}\n",
        f"{HEADER}\n" + ROW.replace("500.00", '"NGN 500.00"') + "\n",
    ],
    ids=["BOM", "CRLF", "no last newline", "empty lines", "other case", "quoted newline",
         "another order", "currency in the amount"],
)  # fmt: skip
def test_the_same_export_in_another_dress_says_the_same(tmp_path: Path, text: str) -> None:
    [line] = lines(tmp_path, text)
    assert (line.external_id, line.amount, line.fee) == ("p1", naira(500), naira(10))
    assert line.at == datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


BAD = {
    "empty": ("", "the file is empty"),
    "only newlines": ("\n\n", "the file is empty"),
    "a missing column": (
        f"Reference,Amount,Currency,Status,Paid at\n{ROW}",
        "line 1: no column 'Transaction ID' or 'id', no column 'Fees'",
    ),
    "too few columns": (f"{HEADER}\n{ROW}\np2,ref", "line 3: 2 columns, the header has 7"),
    "too many columns": (f"{HEADER}\n{ROW},x", "line 2: 8 columns, the header has 7"),
    "a negative amount": (f"{HEADER}\n{ROW.replace('500.00', '-500')}", "line 2: .*below zero"),
    "amount zero": (f"{HEADER}\n{ROW.replace('500.00', '0.00')}", "line 2: the amount is zero"),
    "half a kobo": (f"{HEADER}\n{ROW.replace('500.00', '500.005')}", "line 2: .*fractions"),
    "no amount": (f"{HEADER}\n{ROW.replace('500.00', '')}", "line 2: '' is no amount"),
    "not a number": (f"{HEADER}\n{ROW.replace('500.00', 'NaN')}", "line 2: 'NaN' is no amount"),
    "an enormous amount": (f"{HEADER}\n{ROW.replace('500.00', '9e99999')}", "is no amount"),
    "a negative fee": (f"{HEADER}\n{ROW.replace(',10,', ',-10,')}", "line 2: .*below zero"),
    "a wrong currency": (f"{HEADER}\n{ROW.replace('NGN', 'NGX')}", "line 2: currency 'NGX'"),
    "no currency": (f"{HEADER}\n{ROW.replace('NGN', '')}", "line 2: currency ''"),
    "an unknown status": (f"{HEADER}\n{ROW.replace('success', 'maybe')}", "status 'maybe'"),
    "no time": (f"{HEADER}\n{ROW.replace('2026-03-02T', 'yesterday ')}", "line 2: .*is no time"),
    "no id": (f"{HEADER}\n{ROW.removeprefix('p1')}", "line 2: '' is no id"),
    "a control character": (f"{HEADER}\n" + ROW.replace("p1,", "p\x071,"), "is no id"),
    "an endless id": (f"{HEADER}\n{'x' * 300}{ROW}", "is no id"),
    "an open quote": (f'{HEADER}\n"{ROW}\n', "line 2: unexpected end of data"),
    "bytes": (b"\x89PNG\r\n\x1a\n\xff\xfe", "not UTF-8"),
    "Latin-1": (f"{HEADER}\n{ROW}".encode() + b"\np2\xe9", "not UTF-8"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_whole_with_its_line_and_the_reason(
    desk: Desk, tmp_path: Path, name: str
) -> None:
    text, why = BAD[name]
    desk.paid("p0", naira(300))
    good = file(tmp_path, f"{HEADER}\n{ROW.replace('p1', 'p0').replace('500.00', '300')}\n")
    assert imported(desk, good).found.matched == 1
    with pytest.raises(StatementUnavailable, match=why):
        imported(desk, file(tmp_path, text))
    assert desk.world.all("select external_id from statement_lines") == [("p0",)]
    assert desk.breaks() == []
    assert desk.world.one("select count(*) from reconciliations where state = 'failed'") == 1


def test_a_file_that_is_not_there_and_a_provider_without_a_layout_are_named(tmp_path: Path) -> None:
    with pytest.raises(StatementUnavailable, match="can't read"):
        StatementFile("paystack", tmp_path / "nothing.csv")
    with pytest.raises(StatementUnavailable, match="no layout is known for momo"):
        StatementFile("momo", tmp_path / "nothing.csv")


def test_a_file_credits_nothing_the_api_does_not_confirm(desk: Desk, tmp_path: Path) -> None:
    done = imported(desk, file(tmp_path, f"{HEADER}\n{ROW}\n"))
    assert (done.credited, desk.world.spendable(desk.owner)) == (0, naira(0))
    assert desk.breaks() == [("missing_here", "p1")]
    desk.paid("p1", naira(500), told=False)
    again = imported(desk, file(tmp_path, f"{HEADER}\n{ROW}\n"))
    assert (again.credited, again.run_id) == (1, done.run_id), "the same file is the same run"
    assert desk.world.spendable(desk.owner) == naira(500)
    assert desk.breaks() == []
    assert desk.world.books_differ() == []


def test_a_duplicate_line_counts_once_and_one_of_another_day_not_at_all(
    desk: Desk, tmp_path: Path
) -> None:
    desk.paid("p1", naira(500))
    other = ROW.replace("p1", "p2").replace("2026-03-02T", "2026-03-04T")
    abandoned = ROW.replace("p1", "p3").replace("success", "abandoned")
    source = file(tmp_path, "\n".join((HEADER, ROW, ROW, other, abandoned, ROW)))
    found = imported(desk, source).found
    assert (found.lines, found.duplicates, found.matched) == (1, 2, 1)
    assert dict(source.skipped) == {"of another day": 1, "moved no money": 1}
    assert found.theirs == {"NGN": (500_00, 10_00)}


def test_a_currency_we_know_but_do_not_take_is_a_break_and_no_error(
    desk: Desk, tmp_path: Path
) -> None:
    desk.paid("p1", naira(500))
    imported(desk, file(tmp_path, f"{HEADER}\n{ROW.replace('NGN', 'GHS')}"))
    assert desk.breaks() == [("amount_differs", "p1")]


def test_what_looks_like_sql_or_a_copy_command_is_only_an_id(desk: Desk, tmp_path: Path) -> None:
    nasty = ("\\.", "\\N", "a\\tb", "'; drop table breaks; --", "{1,2}")
    rows = io.StringIO()
    csv.writer(rows).writerows([[name, *ROW.split(",")[1:]] for name in nasty])
    imported(desk, file(tmp_path, f"{HEADER}\n{rows.getvalue()}"))
    stored = desk.world.all("select external_id from statement_lines")
    assert sorted(name for (name,) in stored) == sorted(nasty)


def test_a_long_file_needs_little_memory(desk: Desk, tmp_path: Path) -> None:
    """Fewer bytes a line than a line itself takes: none of them is kept."""
    path, count, bytes_a_line = tmp_path / "long.csv", 200_000, 100
    with path.open("w") as out:
        out.write(f"{HEADER}\n")
        out.writelines(
            f"m{n},,500.00,10,NGN,success,2026-03-02T11:00:00+00:00\n" for n in range(count)
        )
    source = StatementFile("paystack", path)
    before = _forget_peak_of_memory()
    found = imported(desk, source).found
    grown = _peak_of_memory() - before
    assert (found.lines, found.duplicates) == (count, 0)
    assert found.kinds == {"missing_here": count}
    assert found.opened == BREAKS_AT_MOST
    assert grown < count * bytes_a_line, f"{grown >> 20} MB"


def _forget_peak_of_memory() -> int:
    """From here on the peak is counted anew: what other tests took hides nothing. Bytes."""
    Path("/proc/self/clear_refs").write_text("5")  # man 5 proc: resets VmHWM
    return _peak_of_memory()


def _peak_of_memory() -> int:
    [peak] = re.findall(r"^VmHWM:\s+(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(peak) * 1024
