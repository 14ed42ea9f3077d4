"""`nexustop run`, as its user starts it: all of it comes up, sells, survives, leaves nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import SettingsProblem, parts
from tests.conftest import Urls
from tests.factories.folders import remove_servers_folder, servers_folder
from tests.system.harness import SUBSCRIBER, System, running
from tests.system.invariants import problems

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    folder = servers_folder("system")
    with running(folder, VENDING_ORDER="vtpass,africastalking") as up:
        yield up
    remove_servers_folder(folder)


def ended(system: System) -> bool:
    """Orders first: one that ends after its receipt was looked for would seem to have none."""
    if system.open_orders():
        return False
    waiting = system.sql(
        "select count(*) from mt_sms where order_id is not null and state in ('queued','sending')"
    )[0][0]
    return not waiting


def placed(system: System) -> int:
    return int(system.sql("select count(*) from orders")[0][0])


@pytest.mark.timeout(300)
def test_the_whole_road(system: System) -> None:
    """A new number enrols; the demo subscriber buys; one vend, one receipt, the books agree."""
    assert "You are registered" in system.dial("1", "1", "1", "8642", "8642",
                                               msisdn="+2348037770001")[-1]  # fmt: skip
    assert "Request received" in system.dial("1", "1", "2", "1", "7392")[-1]
    system.until(lambda: ended(system), 20, "the order and its receipt")
    [vend] = [vend for vend in system.vends() if vend["msisdn"] == SUBSCRIBER]
    assert (vend["state"], vend["amount_minor"]) == ("delivered", 200_00)
    [receipt] = [text for text in system.sms() if "sent to" in text]
    assert receipt.startswith(
        "NGN 200.00 MTN airtime sent to 0803 000 0001. Balance NGN 4,800.00. Ref "
    )
    assert "Balance NGN 4,800.00" in system.dial()[-1]
    assert problems(system, purchases=placed(system)) == []


@pytest.mark.timeout(300)
def test_commands_beside_it_find_it(system: System) -> None:
    assert system.cli("ledger", "verify")[0] == 0
    assert system.command("audit", "verify")[0] == 0
    code, said = system.command("demo", "fund", SUBSCRIBER, "100000")
    assert (code, "NGN" in said) == (0, True)
    assert system.command("provider", "list")[1].startswith("vtpass: in use")
    code, said = system.cli("dial", "*384*123#", "--as", SUBSCRIBER, "--inputs", "1 2")
    assert "Another number" in said
    assert "Balance" in system.command("sms", "BAL", "--as", SUBSCRIBER, "--wait", "4")[1]
    assert system.command("subscriber", "unlock", SUBSCRIBER)[0] == 0
    assert system.command("subscriber", "unlock", "+2348030009999")[0] == 1
    assert system.command("demo", "fund", "hello", "1")[0] == 1
    assert system.cli("nonsense")[0] == 2


@pytest.mark.timeout(120)
def test_a_bank_transfer_reaches_the_wallet_and_goes_on_to_somebody_who_then_registers(
    system: System,
) -> None:
    payer, friend = "+2348037770002", "+2348037770003"
    system.dial("1", "1", "1", "8642", "8642", msisdn=payer)
    assert "comes by SMS" in system.dial("5", "4", "1", msisdn=payer)[-1]
    system.until(lambda: _account_told(system, payer), 15, "the account's number")
    account = _account_told(system, payer)
    assert f"Transfer to {account} Wema Bank" in system.dial("5", "4", "1", msisdn=payer)[-1]
    _transfer(system, account, "duplicate_callback", 1_000_00)
    system.until(lambda: "added to your wallet" in system.sms(payer)[-1], 15, "the money")
    assert "Balance NGN 1,000.00" in system.dial(msisdn=payer)[-1]
    _transfer(system, account, "callback_lost", 500_00)
    _transfer(system, account, "forged_callback", 50_00)
    assert "We ask the bank" in system.dial("5", "4", "1", "1", msisdn=payer)[-1]
    system.until(lambda: "NGN 1,550.00" in system.dial(msisdn=payer)[-1], 15, "the lost ones")
    sent = system.dial("4", "08037770003", "300", "1", "8642", msisdn=payer)[-1]
    assert "waits for 0803 777 0003" in sent
    system.dial("1", "1", "1", "8642", "8642", msisdn=friend)
    assert "Balance NGN 300.00" in system.dial(msisdn=friend)[-1]
    statement = "".join(system.dial("5", "2", "98", msisdn=payer)[-2:])
    assert "Sent -NGN 300.00" in statement
    assert statement.count("Money in NGN") == 3
    assert system.cli("ledger", "verify")[0] == 0


@pytest.mark.timeout(120)
def test_a_bank_code_brings_money_which_is_then_taken_back_and_owed(system: System) -> None:
    payer = "+2348037770004"
    system.dial("1", "1", "1", "8642", "8642", msisdn=payer)
    system.fault("paystack", "duplicate_callback", 1, "payments")
    asked = system.dial("5", "4", "2", "1", "1000", "1", msisdn=payer)[-1]
    assert "An SMS brings the code to dial" in asked
    reference = asked.split("Ref ")[1].split()[0]
    system.until(lambda: "Dial *737*" in system.sms(payer)[-1], 15, "the code")
    system.control(f"charges/{reference}/pay", {})
    system.until(lambda: "added to your wallet" in system.sms(payer)[-1], 15, "the money")
    sent = system.dial("4", "08037770005", "300", "1", "8642", msisdn=payer)[-1]
    assert "waits for 0803 777 0005" in sent
    payments = system.control("payments")
    [payment] = [one for one in payments if one["reference"] == f"nx-{reference}"]
    reversal = {"provider": "paystack", "external_id": str(payment["id"])}
    system.control("reversals", reversal)
    system.until(lambda: "You owe NGN 300.00" in system.sms(payer)[-1], 15, "the reversal")
    assert "Balance NGN 0.00" in system.dial(msisdn=payer)[-1]
    statement = "".join(system.dial("5", "2", "98", msisdn=payer)[-2:])
    assert "Taken back -NGN 700.00" in statement
    assert system.cli("ledger", "verify")[0] == 0


def _account_told(system: System, msisdn: str) -> str:
    for text in system.sms(msisdn):
        if "account for adding money" in text:
            return text.split(": ")[1].split(" ")[0]
    return ""


def _transfer(system: System, account: str, fault: str, amount_minor: int) -> None:
    system.fault("paystack", fault, 1, "payments")
    wanted = {"account_number": account, "amount_minor": amount_minor, "currency": "NGN"}
    system.control("bank-transfers", wanted)


@pytest.mark.timeout(300)
def test_faults_of_every_kind_end_with_a_receipt_each(system: System) -> None:
    faults = ("decline", "pending_then_delivered", "pending_then_failed", "refused",
              "server_error_then_delivered", "malformed_body", "throttled", "duplicate_callback",
              "callback_before_answer", "forged_callback")  # fmt: skip
    for number, fault in enumerate(faults):
        system.fault("vtpass", fault, 1)
        assert "Request received" in system.buy(f"0803222{number:04d}")
    system.until(lambda: ended(system), 120, "every order and receipt")
    system.control("faults", method="DELETE")
    assert problems(system, purchases=placed(system)) == []


@pytest.mark.timeout(300)
def test_workers_and_servers_killed_in_the_middle_change_nothing(system: System) -> None:
    for number in range(12):
        assert "Request received" in _buy_again_and_again(system, f"0803333{number:04d}")
        title = ("nexustop-worker", "nexustop-web", "valkey-server", "postgres -D")[number % 4]
        if number in {1, 4, 6, 11}:
            for pid in system.pids(title):
                _kill(pid)
    system.until(lambda: ended(system), 150, "every order and receipt")
    assert problems(system, purchases=placed(system)) == []


@pytest.mark.timeout(300)
def test_a_second_run_with_the_same_data_goes_on_and_nothing_is_left_behind(
    system: System,
) -> None:
    before = placed(system)
    children = system.pids("")
    assert system.stop() == 0
    try:
        # Whoever it leaves is waited for by the machine's first process, which may be busy.
        system.until(lambda: not any(map(_alive, children)), 5, "all it started to be gone")
    finally:
        system.start()
    assert placed(system) == before
    assert "Request received" in system.buy("08034440001")
    system.until(lambda: ended(system), 30, "the order and its receipt")
    assert problems(system, purchases=before + 1) == []


@pytest.mark.timeout(120)
def test_a_second_run_beside_the_first_is_refused(system: System) -> None:
    code, said = system.cli("run")
    assert code == 1
    assert "in use by another run" in said


def test_wrong_settings_are_all_listed_and_nothing_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "web", "--check"], text=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "NEXUSTOP_MODE": "live",
             "PORT": "99999999"}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    for name in ("PORT", "DATABASE_URL", "SECRET_KEY", "VTPASS_API_KEY"):
        assert name in done.stderr


def test_a_run_with_wrong_addresses_starts_nothing_and_names_them_without_their_values(
    tmp_path: Path,
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", "run"], text=True, capture_output=True, timeout=60,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PORT": "nowhere",
             "DATABASE_URL": "10.0.0.1:s3cret", "REDIS_URL": "http://s3cret", "VENDING_ORDER": "x",
             "PIN_PEPPERS": "short", "VTPASS_BASE_URL": "vtpass"},
    )  # fmt: skip
    assert done.returncode == 2
    for name in ("PORT", "DATABASE_URL", "REDIS_URL", "VENDING_ORDER", "PIN_PEPPERS", "VTPASS"):
        assert name in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "logs" / "web.log").exists()


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    with pytest.raises(SettingsProblem, match="DATABASE_URL is missing"):
        parts(tmp_path)


@pytest.mark.timeout(120)
def test_servers_of_ones_own_and_the_other_web_server_sell_just_as_well(
    urls: Urls, redis_url: str, tmp_path: Path
) -> None:
    own = {"DATABASE_URL": urls.program, "MIGRATION_DATABASE_URL": urls.owner,
           "REDIS_URL": redis_url, "WEB_SERVER": "granian"}  # fmt: skip
    with running(tmp_path, **own) as system:
        assert system.pids("nexustop-web")
        assert system.pids("postgres -D") == system.pids("valkey-server") == []
        assert "Request received" in system.buy("08034440001")
        system.until(lambda: ended(system), 30, "the order and its receipt")
        assert problems(system, purchases=1) == []
        assert system.stop() == 0


def _buy_again_and_again(system: System, recipient: str) -> str:
    for _ in range(60):
        try:
            screen = system.buy(recipient)
        except OSError:
            screen = ""
        if "Request received" in screen:
            return screen
        time.sleep(0.5)
    return screen


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
