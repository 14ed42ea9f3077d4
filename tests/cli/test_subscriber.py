"""`nexustop subscriber codes`, `swapped`, `reset-pin`: what staff see, and what is left behind."""

import stat
from pathlib import Path

import pytest

from app import bootstrap
from app.cli import main
from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.requests import MakeSchedule, Origin, PauseSchedule, ScheduleRuns
from app.domain.schedules import Every, Rhythm
from app.domain.secret import Secret
from app.services.demo import SUBSCRIBER
from app.services.perform import perform
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings


@pytest.fixture
def gateway(urls: Urls, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    made = Gateway.to(settings(urls.program, redis_url))
    monkeypatch.setattr(bootstrap, "parts", lambda: made.parts)
    return made


def lists(gateway: Gateway) -> int:
    with gateway.parts.db.statement() as tx:
        return int(tx.one("select count(*) from code_lists")[0])


def test_a_list_is_written_for_its_maker_only_and_never_over_another(
    gateway: Gateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "codes.txt"
    assert main(["subscriber", "codes", SUBSCRIBER, "--out", str(sheet)]) == 0
    assert stat.S_IMODE(sheet.stat().st_mode) == 0o600
    text = sheet.read_text()
    code = text.split("01 ")[1][:7]
    assert text.count("\n") == 14
    assert code not in capsys.readouterr().out
    assert lists(gateway) == 1
    assert main(["subscriber", "codes", SUBSCRIBER, "--out", str(sheet)]) == 1
    assert main(["subscriber", "codes", SUBSCRIBER, "--out", str(tmp_path / "codes.pdf")]) == 1
    assert sheet.read_text() == text
    assert lists(gateway) == 1, "no list without its sheet"


def test_a_list_for_nobody_leaves_no_file(
    gateway: Gateway, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "codes.txt"
    assert main(["subscriber", "codes", "+2348039990011", "--out", str(sheet)]) == 1
    assert "nobody is registered" in capsys.readouterr().err
    assert not sheet.exists()


def test_what_is_scheduled_is_shown_and_why_it_is_paused(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    context = gateway.parts.context
    assert main(["subscriber", "schedules", SUBSCRIBER]) == 0
    assert capsys.readouterr().out == f"{SUBSCRIBER} has nothing scheduled\n"
    origin, price = Origin("test", "schedules", 1, SUBSCRIBER), Money(200_00, "NGN")
    wish = MakeSchedule(
        SUBSCRIBER, "mtn-ng", AIRTIME, price, Rhythm(Every.WEEK, 1), Secret("7392")
    )  # fmt: skip
    assert isinstance(perform(context, origin, wish), ScheduleRuns)
    assert main(["subscriber", "schedules", SUBSCRIBER]) == 0
    shown = capsys.readouterr().out
    assert (
        f"  mtn-ng airtime for {SUBSCRIBER}, at most NGN 200.00, every week on day 1, next 20"
        in shown
    )
    perform(context, origin, PauseSchedule(int(shown.split()[0])))
    assert main(["subscriber", "schedules", SUBSCRIBER]) == 0
    assert capsys.readouterr().out.endswith("day 1, paused: owner\n")
    assert main(["subscriber", "schedules", "+2348039990011"]) == 1


def test_a_recorded_swap_refuses_a_new_pin_until_papers_were_seen(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    now = gateway.parts.clock.now().isoformat()
    assert main(["subscriber", "swapped", SUBSCRIBER, "--at", "2999-01-01T00:00"]) == 1
    assert main(["subscriber", "swapped", SUBSCRIBER, "--at", now]) == 0
    assert main(["subscriber", "reset-pin", SUBSCRIBER]) == 1
    assert "SIM was changed lately" in capsys.readouterr().err
    assert main(["subscriber", "reset-pin", SUBSCRIBER, "--after-id-check"]) == 0
    assert main(["subscriber", "unlock", SUBSCRIBER]) == 0
    assert main(["subscriber", "unblock", "no number"]) == 1
