"""`nexustop voucher`: a file that only its owner reads, never one written over."""

import csv
import re
import stat
from pathlib import Path

import pytest
from pypdf import PdfReader

from app import bootstrap
from app.bootstrap import Parts
from app.cli import main
from app.db.errors import AnswerLost
from app.domain.requests import Origin, RedeemVoucher, VoucherRedeemed
from app.domain.secret import Secret
from app.services import run_vouchers
from app.services.demo import SUBSCRIBER
from app.services.perform import perform
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.vouchers.shop import CHECKER, MAKER, PASSWORD, hire

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def made(urls: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Parts:
    gateway = Gateway.to(settings(urls.program, redis_url))
    monkeypatch.setattr(bootstrap, "parts", lambda: gateway.parts)
    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", PASSWORD)
    hire(gateway.parts.context)
    return gateway.parts


def ask(capsys: Capture, **more: str) -> str:
    """Ask for a batch and approve it; the ticket, or what was said instead."""
    wanted = {"count": "3", "amount-minor": "50000", "currency": "ngn", "expires": "2099-12-31",
              "reason": "shops ran out", "as": MAKER}  # fmt: skip
    words = [part for name, value in (wanted | more).items() for part in (f"--{name}", value)]
    done = main(["voucher", "ask", *words])
    said = capsys.readouterr()
    if done:
        return said.err
    ticket = said.out.split("approve ")[1].split()[0]
    assert main(["approval", "approve", ticket, "--as", CHECKER]) == 0
    capsys.readouterr()
    return ticket


def generate(capsys: Capture, out: Path, **more: str) -> int:
    """Ask, approve, print."""
    return main(["voucher", "print", ask(capsys, **more), "--out", str(out), "--as", MAKER])


def batches(made: Parts) -> int:
    with made.db.statement() as tx:
        return int(tx.one("select count(*) from voucher_batches")[0])


def test_a_batch_is_generated_redeemed_shown_listed_and_voided(
    made: Parts, tmp_path: Path, capsys: Capture
) -> None:
    out = tmp_path / "batch.csv"
    assert generate(capsys, out) == 0
    said = capsys.readouterr().out
    found = re.search(r"batch (\w{6}): 3 x NGN 500\.00", said)
    assert found
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert not any(row["pin"] in said for row in rows)
    origin = Origin("test", "cli", 1, SUBSCRIBER)
    done = perform(made.context, origin, RedeemVoucher(Secret(rows[1]["pin"])))
    assert isinstance(done, VoucherRedeemed)
    assert main(["voucher", "show", rows[1]["serial"].lower()]) == 0
    assert f"by {SUBSCRIBER}, ref {done.reference}" in capsys.readouterr().out
    assert main(["voucher", "show", rows[0]["serial"]]) == 0
    assert "not redeemed" in capsys.readouterr().out
    assert main(["voucher", "list"]) == 0
    assert re.search(
        rf"{found[1]}  active   3 x NGN 500\.00  good through 2099-12-31  1 redeemed",
        capsys.readouterr().out,
    )
    assert main(["voucher", "void", found[1].lower(), "--reason", "sheet lost", "--as", MAKER]) == 0
    assert "NGN 1,000.00 of it was not redeemed" in capsys.readouterr().out
    assert main(["voucher", "void", found[1], "--reason", "again", "--as", MAKER]) == 1
    assert "void already" in capsys.readouterr().err
    assert main(["voucher", "show", rows[0]["serial"]]) == 0
    assert "void" in capsys.readouterr().out


def test_a_pdf_has_every_voucher(made: Parts, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "batch.PDF"
    assert generate(capsys, out, count="25") == 0
    assert len(PdfReader(out).pages) == 2


def test_a_file_that_is_there_is_not_written_over(
    made: Parts, tmp_path: Path, capsys: Capture
) -> None:
    out, before = tmp_path / "batch.csv", batches(made)
    out.write_text("PINs of another batch")
    assert generate(capsys, out) == 1
    assert "is there already; nothing was issued" in capsys.readouterr().err
    assert out.read_text() == "PINs of another batch"
    assert batches(made) == before


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"count": "0"}, "1 to 100,000"),
        ({"amount-minor": "0"}, "above zero"),
        ({"currency": "EUR"}, "EUR"),
        ({"expires": "2020-01-01"}, "is over"),
    ],
)
def test_what_cannot_be_a_batch_is_not_asked_for(
    made: Parts, capsys: Capture, more: dict[str, str], why: str
) -> None:
    before = batches(made)
    assert why in ask(capsys, **more)
    assert batches(made) == before


def test_a_ticket_is_printed_once_and_only_once_it_is_approved(
    made: Parts, tmp_path: Path, capsys: Capture
) -> None:
    ticket = ask(capsys)
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    assert main(["voucher", "print", ticket, "--out", str(first), "--as", CHECKER]) == 1
    assert "may not manage vouchers" in capsys.readouterr().err
    assert main(["voucher", "print", ticket, "--out", str(first), "--as", MAKER]) == 0
    assert main(["voucher", "print", ticket, "--out", str(second), "--as", MAKER]) == 1
    assert "printed before" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["first.csv"]


def test_other_files_and_missing_folders_are_refused(
    made: Parts, tmp_path: Path, capsys: Capture
) -> None:
    assert generate(capsys, tmp_path / "batch.txt") == 1
    assert "must end in .pdf or .csv" in capsys.readouterr().err
    assert generate(capsys, tmp_path / "nowhere" / "batch.csv") == 1
    assert "nothing was issued" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_when_the_answer_of_the_commit_is_lost_the_file_stays(
    made: Parts, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = run_vouchers.issue_vouchers

    def lose(*arguments: object) -> object:
        issue(*arguments)  # type: ignore[arg-type]
        raise AnswerLost

    monkeypatch.setattr(run_vouchers, "issue_vouchers", lose)
    out, before = tmp_path / "batch.csv", batches(made)
    assert generate(capsys, out) == 1
    assert "voucher list" in capsys.readouterr().err
    assert len(out.read_text().splitlines()) == 4
    assert batches(made) == before + 1


def test_serials_and_batches_nobody_made_are_said_to_be_so(made: Parts, capsys: Capture) -> None:
    assert main(["voucher", "show", "ABCDEF-1"]) == 1
    assert "no voucher has this serial" in capsys.readouterr().err
    assert main(["voucher", "void", "ABCDEF", "--reason", "typo", "--as", MAKER]) == 1
    assert "there is no batch ABCDEF" in capsys.readouterr().err
