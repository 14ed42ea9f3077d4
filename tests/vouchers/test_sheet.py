"""What is printed: each PIN once, everything a buyer needs, nothing beyond the paper."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from app.db.vouchers import BatchRow
from app.domain.money import Money
from app.domain.secret import Secret
from app.domain.vouchers import grouped
from app.services.print_vouchers import HowTo, csv_file, pdf
from app.services.run_vouchers import Issued
from tests.vouchers.shop import guess

HOW = HowTo("*384*123#", "20880")


def issued(count: int, amount_minor: int = 500_00) -> Issued:
    batch = BatchRow(
        1, "7K3F9Q", count, Money(amount_minor, "NGN"), date(2026, 12, 31), "active", "test",
        "another", datetime(2026, 3, 2, tzinfo=UTC), None, "", "",
    )  # fmt: skip
    return Issued(batch, tuple(Secret(guess(10**12 + 7 * number)) for number in range(count)))


def pages(document: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(document)).pages]


def test_every_pin_is_printed_once_and_grouped() -> None:
    batch = issued(50)
    text = "\n".join(pages(pdf(batch, HOW)))
    for pin in batch.pins:
        assert text.count(grouped(pin.value)) == 1
    for number in range(1, 51):
        assert text.count(f"7K3F9Q-{number:05d}") == 1


def test_twenty_four_fit_a_page_and_each_page_says_which_it_is() -> None:
    shown = pages(pdf(issued(49), HOW))
    assert [page.count("NexusTop") for page in shown] == [24, 24, 1]
    for number, page in enumerate(shown, start=1):
        assert f"Page {number} of 3" in page
        assert "Batch 7K3F9Q: 49 x NGN 500, good through 31 Dec 2026" in page


def test_a_voucher_says_what_it_is_worth_until_when_and_how_it_is_redeemed() -> None:
    [page] = pages(pdf(issued(1), HOW))
    for said in (
        "NGN 500", "Good through 31 Dec 2026", "Dial *384*123#: Wallet, Add money, Voucher",
        "SMS TOPUP and these digits to 20880",
    ):  # fmt: skip
        assert said in page


def test_the_paper_is_a4_its_fonts_are_in_it_and_the_same_batch_gives_the_same_bytes() -> None:
    document = pdf(issued(3), HOW)
    page = PdfReader(io.BytesIO(document)).pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    fonts = page["/Resources"]["/Font"].values()  # type: ignore[index]
    descriptors = [font.get_object()["/FontDescriptor"] for font in fonts]
    assert all("/FontFile2" in descriptor for descriptor in descriptors)
    assert document == pdf(issued(3), HOW)


@pytest.mark.parametrize("amount_minor", [1, 100_00, 100_000_50, 99_999_999_99])
def test_whatever_it_is_worth_nothing_overlaps(amount_minor: int) -> None:
    placed: list[tuple[str, float, float]] = []

    def visit(text: str, _: object, matrix: list[float], font: object, size: float) -> None:
        if text.strip() in {"NexusTop", Money(amount_minor, "NGN").label()}:
            placed.append((text.strip(), matrix[4], size))

    page = PdfReader(io.BytesIO(pdf(issued(1, amount_minor), HOW))).pages[0]
    page.extract_text(visitor_text=visit)
    [(_, name_at, _), (_, face_at, _)] = placed
    assert face_at > name_at + 40


def test_the_csv_file_has_a_line_a_voucher() -> None:
    batch = issued(3)
    rows = list(csv.reader(io.StringIO(csv_file(batch, HOW).decode())))
    assert rows[0] == ["serial", "pin", "value", "good_through"]
    assert rows[1:] == [
        [f"7K3F9Q-0000{number}", grouped(pin.value), "NGN 500.00", "2026-12-31"]
        for number, pin in enumerate(batch.pins, start=1)
    ]
