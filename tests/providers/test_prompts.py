"""The mobile money adapters against the sandbox, fault by fault, and the rules it enforces."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.bootstrap import SystemClock
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.charges import (
    Charge,
    ChargeMethod,
    ChargeProvider,
    ChargeRefused,
    ChargeStarted,
    ChargeUnknown,
)
from app.ports.payments import ChargeHeard, NotPaid, Paid, PaymentUnknown
from providers.http_client import HttpClient
from providers.payments.momo.adapter import Momo, MomoSettings
from providers.payments.mpesa.adapter import Mpesa, MpesaSettings
from providers.sandbox import momo, mpesa
from providers.sandbox.book import Book
from providers.sandbox.faults import FAULTS
from providers.sandbox.floor import Floor
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.fakes.http import Remembered, Requests, saying


@dataclass(frozen=True)
class Wallet:
    """A provider: its adapter, a charge it takes, how its customer pays in the sandbox."""

    make: Callable[[str, str, HttpClient], ChargeProvider]
    charge: Charge
    pays: Callable[[Floor, str, int | None], bool]
    refusals: dict[str, str]


def _mpesa(base: str, callback: str, http: HttpClient) -> ChargeProvider:
    wanted = MpesaSettings(f"{base}/mpesa", "key", "secret", "174379", "passkey", callback)
    return Mpesa(wanted, http, SystemClock())


def _momo(base: str, callback: str, http: HttpClient) -> ChargeProvider:
    wanted = MomoSettings(
        f"{base}/momo", "user", "key", "subscription", "sandbox",
        frozenset({"GHS", "UGX", "RWF"}), callback,
    )  # fmt: skip
    return Momo(wanted, http, SystemClock())


WALLETS = {
    "mpesa": Wallet(
        _mpesa,
        Charge("7K3F9Q", Msisdn("+254712345678"), ChargeMethod.PROMPT, Money(1_500_00, "KES")),
        mpesa.customer_pays,
        {"cancelled": "cancelled", "wrong_pin": "wrong_pin", "insufficient": "insufficient",
         "forged_callback": "cancelled"},
    ),
    "momo": Wallet(
        _momo,
        Charge("7K3F9Q", Msisdn("+256772345678"), ChargeMethod.PROMPT, Money(15_000, "UGX")),
        momo.customer_pays,
        {"cancelled": "APPROVAL_REJECTED", "wrong_pin": "COULD_NOT_PERFORM_TRANSACTION",
         "insufficient": "NOT_ENOUGH_FUNDS", "forged_callback": "APPROVAL_REJECTED"},
    ),
}  # fmt: skip
NEVER_THERE = {"decline", "timeout_never_received", "refused", "throttled"}
LOST = {"timeout_then_delivered", "server_error_then_delivered", "malformed_body"}
CALLBACKS = {"duplicate_callback": 3, "callback_lost": 0, "forged_callback": 2}


class Sandbox:
    """A served sandbox whose callbacks arrive at a server that only remembers them."""

    def __init__(self, server: SandboxServer, program: str, heard: Requests) -> None:
        self.base = f"http://127.0.0.1:{server.port}"
        self.program = program
        self.floor: Floor = server.floor
        self.heard = heard

    def callbacks(self, name: str) -> list[bytes]:
        return [body for path, _, body in self.heard.seen if path == f"/webhooks/{name}"]


@pytest.fixture
def agrees_seconds() -> float:
    return 0.1


@pytest.fixture
def sandbox(tmp_path: Any, agrees_seconds: float) -> Iterator[Sandbox]:
    with saying(200, "OK") as (program, heard):
        settings = SandboxSettings(
            callback_base=program, book_path=tmp_path / "book", silence_seconds=1.5,
            retry_seconds=0.05, agrees_after_seconds=agrees_seconds,
        )  # fmt: skip
        served = SandboxServer(settings, "127.0.0.1", 0)
        thread = threading.Thread(target=served.run)
        thread.start()
        try:
            yield Sandbox(served, program, heard)
        finally:
            served.stop()
            thread.join()


@pytest.fixture
def http() -> Iterator[HttpClient]:
    client = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=1)
    yield client
    client.close()


def adapter(name: str, sandbox: Sandbox, http: HttpClient) -> ChargeProvider:
    return WALLETS[name].make(sandbox.base, f"{sandbox.program}/webhooks/{name}", http)


def until(holds: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(sandbox: Sandbox, name: str) -> bool:
    prompts = sandbox.floor.book.prompts(name)
    return bool(prompts) and prompts[0].state != "pending"


@pytest.mark.parametrize("name", sorted(WALLETS))
def test_without_a_fault_the_customer_pays_and_the_query_says_so(
    name: str, sandbox: Sandbox, http: HttpClient
) -> None:
    wallet, provider = WALLETS[name], adapter(name, sandbox, http)
    started = provider.start(wallet.charge)
    assert isinstance(started, ChargeStarted)
    charge = replace(wallet.charge, external_id=started.external_id)
    until(lambda: sandbox.callbacks(name))
    paid = provider.query_charge(charge)
    assert isinstance(paid, Paid)
    assert (paid.amount, paid.reference) == (charge.amount, "7K3F9Q")
    [told] = sandbox.callbacks(name)
    assert provider.authentic({}, told)
    assert provider.parse(told) in (
        ChargeHeard(reference="7K3F9Q"), ChargeHeard(external_id=charge.external_id),
    )  # fmt: skip
    [booked] = sandbox.floor.book.payments(name)
    assert Money(booked.amount_minor, booked.currency) == charge.amount


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in sorted(WALLETS) for fault in FAULTS[name, "payments"]],
)
def test_each_fault_gives_its_outcome_and_the_book_tells_the_truth(
    name: str, fault: str, sandbox: Sandbox, http: HttpClient
) -> None:
    wallet, provider = WALLETS[name], adapter(name, sandbox, http)
    sandbox.floor.faults.add(name, "payments", fault, 1)
    started = provider.start(wallet.charge)
    if fault in NEVER_THERE:
        assert isinstance(started, ChargeRefused if fault == "decline" else ChargeUnknown)
        assert sandbox.floor.book.prompts(name) == []
        if name == "momo":
            assert provider.query_charge(wallet.charge) == NotPaid("not_found")
        return
    assert isinstance(started, ChargeUnknown if fault in LOST else ChargeStarted)
    until(lambda: ended(sandbox, name))
    [prompt] = sandbox.floor.book.prompts(name)
    until(lambda: len(sandbox.callbacks(name)) == CALLBACKS.get(fault, 1))
    state = provider.query_charge(replace(wallet.charge, external_id=prompt.id))
    if fault in wallet.refusals:
        assert state == NotPaid(wallet.refusals[fault])
        assert sandbox.floor.book.payments(name) == []
    else:
        assert isinstance(state, Paid)
        assert len(sandbox.floor.book.payments(name)) == 1


@pytest.mark.parametrize("name", sorted(WALLETS))
def test_a_forged_callback_of_an_open_prompt_says_paid_and_the_query_says_not_yet(
    name: str, sandbox: Sandbox, http: HttpClient
) -> None:
    sandbox.floor.faults.add(name, "payments", "forged_callback", 1)
    provider = adapter(name, sandbox, http)
    provider.start(WALLETS[name].charge)
    until(lambda: ended(sandbox, name) and len(sandbox.callbacks(name)) == 2)
    lies = [json.loads(told) for told in sandbox.callbacks(name)]
    assert "SUCCESSFUL" in str(lies) or "MpesaReceiptNumber" in str(lies)
    assert sandbox.floor.book.payments(name) == []


@pytest.mark.parametrize("agrees_seconds", [3600])
@pytest.mark.parametrize("name", sorted(WALLETS))
def test_a_customer_who_waits_pays_when_told_to_once_and_only_as_the_prompt_stands(
    name: str, sandbox: Sandbox, http: HttpClient
) -> None:
    wallet, provider = WALLETS[name], adapter(name, sandbox, http)
    started = provider.start(wallet.charge)
    assert isinstance(started, ChargeStarted)
    charge = replace(wallet.charge, external_id=started.external_id)
    assert isinstance(provider.query_charge(charge), PaymentUnknown)
    assert not wallet.pays(sandbox.floor, "OTHERS", None)
    assert not wallet.pays(sandbox.floor, "7K3F9Q", charge.amount.amount_minor - 1)
    assert wallet.pays(sandbox.floor, "7K3F9Q", charge.amount.amount_minor)
    assert not wallet.pays(sandbox.floor, "7K3F9Q", None)
    assert isinstance(provider.query_charge(charge), Paid)
    assert len(sandbox.floor.book.payments(name)) == 1


@pytest.mark.parametrize("agrees_seconds", [3600])
def test_mpesa_asks_one_thing_at_a_time_of_a_handset(sandbox: Sandbox, http: HttpClient) -> None:
    provider, charge = adapter("mpesa", sandbox, http), WALLETS["mpesa"].charge
    assert isinstance(provider.start(charge), ChargeStarted)
    assert provider.start(replace(charge, reference="8M4G2R")) == ChargeRefused("500.001.1001")
    other = replace(charge, reference="8M4G2S", owner=Msisdn("+254722345678"))
    assert isinstance(provider.start(other), ChargeStarted)


@pytest.mark.parametrize("agrees_seconds", [3600])
def test_momo_started_again_after_a_crash_is_still_one_request(
    sandbox: Sandbox, http: HttpClient
) -> None:
    provider, charge = adapter("momo", sandbox, http), WALLETS["momo"].charge
    assert provider.start(charge) == provider.start(charge)
    assert len(sandbox.floor.book.prompts("momo")) == 1


@pytest.mark.parametrize("name", sorted(WALLETS))
def test_a_sandbox_that_was_restarted_knows_what_was_paid(
    name: str, sandbox: Sandbox, http: HttpClient, tmp_path: Any
) -> None:
    adapter(name, sandbox, http).start(WALLETS[name].charge)
    until(lambda: ended(sandbox, name))
    again = Book(tmp_path / "book")
    assert again.prompts(name) == sandbox.floor.book.prompts(name)
    assert again.payments(name) == sandbox.floor.book.payments(name)
    again.close()
