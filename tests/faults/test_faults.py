"""The fault matrix: every way in which a sale goes wrong, at every vendor where it can."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.db.engine import Database
from app.domain.money import Money
from providers import registry
from tests.conftest import Urls
from tests.faults.cases import ALL, CASES, Case, End
from tests.faults.document import document
from tests.faults.sale import Found, sell
from tests.faults.street import Street, street

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"
CELLS = [(name, case) for case in CASES for name in ALL if name not in case.not_there]
_SMS = {
    End.DELIVERED: ("delivered",), End.REFUNDED: ("refunded",),
    End.TAKEN_BACK: ("delivered", "reversed"), End.WHOLE: ("refunded",),
    End.OUR_LOSS: ("refunded",),
}  # fmt: skip


@dataclass
class Matrix:
    """What was found so far; a sale is made once."""

    street: Street
    db: Database
    seen: dict[tuple[str, str], Found] = field(default_factory=dict)

    def found(self, name: str, case: Case) -> Found:
        if (name, case.title) not in self.seen:
            self.seen[name, case.title] = sell(self.street, self.db, name, case)
        return self.seen[name, case.title]


@pytest.fixture(scope="module")
def matrix(urls: Urls) -> Iterator[Matrix]:
    db = Database(urls.program, pool_size=16)
    with street() as on:
        yield Matrix(on, db)
    db.dispose()


@pytest.mark.parametrize(
    ("name", "case"), CELLS, ids=[f"{case.title} - {name}" for name, case in CELLS]
)
def test_a_sale_ends_as_the_matrix_says(matrix: Matrix, name: str, case: Case) -> None:
    found = matrix.found(name, case)
    delivered = found.book.count("delivered")
    assert delivered <= 1, "value twice"
    assert found.paid in {Money(0, found.price.currency), found.price}, "nobody pays another price"
    assert found.paid.amount_minor == 0 or delivered == 1, "charged without value"
    assert found.end is case.end_at(name)
    assert bool(found.paid.amount_minor) == (found.end is End.DELIVERED)
    assert found.sms == _SMS[found.end]
    assert bool(found.stopped) == case.stops, found.stopped
    assert found.answers <= {200}, "a door has no other word for a vendor"
    assert found.differs == ()


def test_every_vendor_is_in_the_matrix() -> None:
    assert set(ALL) == set(registry.VENDING)


def test_the_document_says_what_was_found(matrix: Matrix) -> None:
    text = document(lambda name, case: matrix.found(name, case).end)
    if os.environ.get("WRITE_FAULTS"):
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text, "`make faults` writes it anew"
