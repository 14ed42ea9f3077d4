"""What the scheduler does for the books by itself, and the commands that do it by hand."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from app.cli import main
from app.db import ledger, seals
from app.db.engine import Database
from app.domain.anchors import Anchor, NotAnAnchor
from app.domain.ledger import AccountKind, move, system
from app.services.verify_ledger import verify_ledger
from tests.factories.world import naira, next_reference
from tests.fakes.clock import FixedClock
from workers.books import regulars


@pytest.fixture
def books(db: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """One posting that nobody has folded or sealed."""
    funding, suspense = (
        system(kind, "NGN") for kind in (AccountKind.FUNDING, AccountKind.SUSPENSE)
    )
    with db.transaction() as tx:
        ledger.open_system_accounts(tx, ["NGN"], [], [])
        ledger.post(tx, move(next_reference(), "test", funding, suspense, naira(5)))
    monkeypatch.setattr(
        "app.bootstrap.parts", lambda **_: SimpleNamespace(db=db, clock=FixedClock())
    )
    return db


def test_each_regular_act_does_its_part(books: Database, tmp_path: Path) -> None:
    place = tmp_path / "anchors.txt"
    parts = SimpleNamespace(db=books, clock=FixedClock())
    for regular in regulars(parts, place):  # type: ignore[arg-type]
        regular.run_if_due(1.0)
    with books.statement() as tx:
        assert tx.one("select count(*) from posting_marks where fold_id is null")[0] == 0
        head = seals.head(tx)
    assert place.read_text() == f"{head}\n"
    assert verify_ledger(books, place).differences == []


def test_without_a_place_nothing_is_anchored(books: Database) -> None:
    parts = SimpleNamespace(db=books, clock=FixedClock())
    assert "anchor" not in {regular.name for regular in regulars(parts, None)}  # type: ignore[arg-type]


def test_anchor_and_verify_as_commands(
    books: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "anchors.txt"
    assert main(["ledger", "anchor", "--out", "-"]) == 0
    line = capsys.readouterr().out
    assert main(["ledger", "anchor", "--out", str(place)]) == 0
    assert place.read_text() == line
    capsys.readouterr()
    assert main(["ledger", "verify", "--anchor", str(place)]) == 0
    said = capsys.readouterr()
    assert "all agree" in said.out
    assert "transactions of the hash chain read: all" in said.err
    place.write_text(line.replace(line.split(" ")[1], "0" * 64))
    assert main(["ledger", "verify", "--anchor", str(place)]) == 1
    assert "was rebuilt" in capsys.readouterr().out


def test_what_cannot_be_read_or_written_is_said(
    books: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = str(tmp_path / "missing" / "anchors.txt")
    assert main(["ledger", "verify", "--anchor", missing]) == 1
    assert main(["ledger", "anchor", "--out", missing]) == 1
    assert capsys.readouterr().err.count(missing) == 2


@pytest.mark.parametrize("line", [
    "", "1", "0 " + "a" * 64 + " 1 2026-03-02T11:00:00+00:00", "1 " + "a" * 63 + " 1 2026-03-02",
    "1 " + "A" * 64 + " 1 2026-03-02T11:00:00+00:00", "1 " + "a" * 64 + " -1 2026-03-02",
    "1 " + "a" * 64 + " 1 yesterday", "1 " + "a" * 64 + " 1 2026-03-02 more", "9" * 40,
])  # fmt: skip
def test_what_is_no_anchor(line: str) -> None:
    with pytest.raises(NotAnAnchor):
        Anchor.parse(line)
