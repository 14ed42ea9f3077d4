"""Secrets typed at every door, and everything that was written searched for them."""

import gzip
import hashlib
import hmac
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis

from app.cli import main
from app.db.engine import Database
from app.domain.msisdn import Msisdn
from app.observability import metrics
from app.observability.logging import logger, where
from app.services.demo import fund_wallet
from providers.sandbox.phones import PHONES, TEXTS
from tests.canaries.house import PASSWORD, STAFF, House, house
from tests.canaries.search import (
    Leak,
    every_process,
    everything_in_files,
    everything_in_postgres,
    everything_in_redis,
    leaks,
)
from tests.conftest import Servers, Urls
from workers.queues import JOBS, queues

WRONG_PIN, PIN, NEW_PIN = "586037", "604928", "730594"
CARD, GROUPED_CARD = "4539148803436467", "4539 1488 0343 6467"
VOUCHER = "918273645546372"
API_KEY = "nxk_live_canary7Qm2vX9sLr4TzK8w"
WRONG_PASSWORD, NEW_PASSWORD = "wrong zebra 7 accordion", "fresh walrus 3 trombone"
STRANGER = Msisdn("+2348035550001")


@pytest.fixture
def home(
    urls: Urls, servers: Servers, redis_url: str, tmp_path: Path
) -> Iterator[House]:  # fmt: skip
    with house(urls.program, redis_url, tmp_path, servers.logs) as made:
        yield made


def test_what_is_secret_is_written_nowhere(
    home: House, owner: Database, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    canaries = {
        "PIN": {WRONG_PIN, PIN, NEW_PIN}, "card": {CARD}, "voucher": {VOUCHER},
        "API key": {API_KEY}, "password": {PASSWORD, WRONG_PASSWORD, NEW_PASSWORD},
        "vendor's key": {"demo-canary-at-key", "demo-canary-ps-key"},
    }  # fmt: skip
    _by_ussd(home, owner)
    _by_sms(home)
    canaries["TOTP"], canaries["recovery code"] = _in_the_browser(home)
    _by_webhooks(home)
    _by_commands(home, monkeypatch)
    _post(home, "/api/auth/otp", {"msisdn": STRANGER})
    _while_things_break(home, owner)
    home.put_jobs_into_redis()
    found = leaks(canaries, home.written())
    home.run_jobs()
    codes = _sent_codes(home)
    canaries["token"] = _by_api(home, codes)
    _by_sms_with(home, codes)
    home.put_jobs_into_redis()
    home.run_jobs()
    said = capfd.readouterr()
    home.logs.write((said.out + said.err).encode())
    found |= leaks(canaries | {"one-time code": codes}, home.written())
    assert found == set()


# --- doors -----------------------------------------------------------------------------------


def _by_ussd(home: House, owner: Database) -> None:
    """PINs at the screens that ask for one, in every dialect; cards and vouchers where they don't
    belong; a new subscriber's own PIN."""
    for gateway in PHONES:
        assert "PIN" in home.ussd(gateway, "1", "1", "2", "1")
        assert "PIN" in home.ussd(gateway, "1", "1", "2", "1", WRONG_PIN)
        home.ussd(gateway, "1", "2", CARD)
        with owner.transaction() as tx:
            tx.run("update subscribers set failures = 0, locked_until = null, guesses = 0")
    assert "registered" in home.ussd("hubtel", "1", "1", "1", PIN, PIN, msisdn=STRANGER)
    fund_wallet(home.gateway.parts.context, STRANGER, 90_000_00)
    home.ussd("infobip", "1", "1", "2", "1", PIN, msisdn=STRANGER)


def _by_sms(home: House) -> None:
    for gateway in TEXTS:
        for text in (
            f"AIR 200 {WRONG_PIN}", f"my card {GROUPED_CARD} pin {WRONG_PIN}", CARD,
            f"PROBLEM {CARD}", f"TOPUP {VOUCHER}", f"SEND 50 08055000001 {WRONG_PIN}",
            f"{API_KEY}",
        ):  # fmt: skip
            home.sms(gateway, text)
    home.sms("africastalking", f"AIR 25000 {PIN}", STRANGER)


def _in_the_browser(home: House) -> tuple[set[str], set[str]]:
    """Signing in with everything wrong and right, then forms. The codes of the app, and the
    recovery codes."""
    home.form("/backoffice/sign-in", name=STAFF, password=WRONG_PASSWORD)
    home.form("/backoffice/sign-in", name=WRONG_PASSWORD, password=STAFF)
    home.form("/backoffice/sign-in", token=False, name=STAFF, password=WRONG_PASSWORD)
    home.form("/backoffice/sign-in", name=STAFF, password=PASSWORD)
    page = home.browser.get("/backoffice/enrol/app").text
    home.app_key = re.findall(r"\b[A-Z2-7]{32}\b", page)[0]
    code = home.code()
    shown = home.form("/backoffice/enrol/app", code=code).text
    recovery = set(re.findall(r"\b[0-9a-z]{4,5}(?:-[0-9a-z]{4,5})+\b", shown))
    assert recovery
    assert home.browser.get("/backoffice/account").status_code == 200
    home.form("/backoffice/unmask", reason=f"the caller gave card {GROUPED_CARD}")
    home.browser.get(f"/backoffice/search?q={CARD}")
    home.form(
        "/backoffice/account/password", old=WRONG_PASSWORD, new=NEW_PASSWORD, repeated=NEW_PASSWORD
    )
    return {code, home.app_key}, recovery


def _by_api(home: House, codes: set[str]) -> set[str]:
    """Signing in with the code of the SMS, and purchases with a PIN, good bodies and bad ones; the
    tokens."""
    answers = [
        _post(home, "/api/auth/token", {"msisdn": STRANGER, "code": code})
        for code in sorted(codes) if len(code) == len(PIN)
    ]  # fmt: skip
    [tokens] = [answer.json for answer in answers if answer.status_code == 200]
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    bought = {"product": "airtime", "msisdn": STRANGER, "amount_minor": 20_000, "currency": "NGN"}
    for number, body in enumerate((
        bought | {"pin": PIN}, bought | {"pin": WRONG_PIN}, bought | {"pin": int(WRONG_PIN)},
        bought | {"pin": CARD}, {"pin": WRONG_PIN, "note": CARD, WRONG_PIN: CARD},
        bought | {"pin": WRONG_PIN, "msisdn": CARD}, [WRONG_PIN],
    )):  # fmt: skip
        _post(home, "/api/purchase", body, bearer | {"Idempotency-Key": f"canary-{number}"})
    _post(home, "/api/auth/token", {"refresh_token": tokens["refresh_token"] + "x"})
    assert home.browser.get("/api/wallet", headers=bearer).status_code == 200
    return {tokens["access_token"], tokens["refresh_token"]}


def _post(home: House, path: str, body: object, headers: dict[str, str] | None = None) -> Any:
    return home.browser.post(path, json=body, headers=headers or {})


def _by_webhooks(home: House) -> None:
    """Of a payment, with a card in it; and keys at doors that don't know them."""
    body = json.dumps({
        "event": "charge.success",
        "data": {"reference": "canary-1", "customer": {"first_name": CARD}, "note": API_KEY},
    }).encode()  # fmt: skip
    signed = hmac.new(b"demo-canary-ps-key", body, hashlib.sha512).hexdigest()
    call = home.gateway.call
    status, _ = call(
        "/webhooks/paystack", body, kind="application/json",
        headers={"X-Paystack-Signature": signed},
    )  # fmt: skip
    assert status == "200 OK"
    call("/webhooks/paystack", body, headers={"X-Paystack-Signature": API_KEY})
    call(f"/webhooks/vtpass/{API_KEY}", f"key={API_KEY}&card={CARD}".encode())
    for path in ("/api/wallet", "/backoffice/", f"/nowhere/{API_KEY}", f"/healthz?key={API_KEY}"):
        call(path, method="GET", headers={"Authorization": f"Bearer {API_KEY}"})


def _by_commands(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.bootstrap.parts", lambda *_, **__: home.gateway.parts)
    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", NEW_PASSWORD)
    assert main(["staff", "add", "canary@nexustop.test", "--role", "support"]) == 0
    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", WRONG_PASSWORD)
    asked = ["ledger", "adjust", STRANGER, "100", "--as", STAFF, "--reason", f"card {CARD}"]
    assert main(asked) == 1
    monkeypatch.setenv("NEXUSTOP_STAFF_PASSWORD", PASSWORD)
    assert main(asked) == 0
    assert main(["subscriber", "reset-pin", STRANGER, "--reason", f"said {CARD}"]) == 0


def _while_things_break(home: House, owner: Database) -> None:
    """A PIN and a password on their way when the database fails: what is reported of it, by us and
    by PostgreSQL, which logs whole statements."""
    for table, act in (
        ("pin_attempts", lambda: home.ussd("nalo", "1", "1", "2", "1", WRONG_PIN)),
        ("mo_sms", lambda: home.sms("africastalking", f"AIR 200 {WRONG_PIN}")),
        ("audit", lambda: home.form("/backoffice/unmask", reason=f"a card, {CARD}, was read out")),
        ("sign_in_counts", lambda: home.browser.post(
            "/backoffice/sign-in", data={"name": STAFF, "password": WRONG_PASSWORD})),
    ):  # fmt: skip
        with owner.transaction() as tx:
            tx.run(f"alter table {table} rename to out_of_order")
        try:
            act()
        finally:
            with owner.transaction() as tx:
                tx.run(f"alter table out_of_order rename to {table}")


def _sent_codes(home: House) -> set[str]:
    """Every code that was made for an SMS: a start PIN, of an order, to sign in."""
    codes = set(re.findall(r"(?<![\d,.+])\d{6,7}(?![\d,]|\.\d)", home.said_by_sms()))
    assert len(codes) >= 3
    return codes


def _by_sms_with(home: House, codes: set[str]) -> None:
    for code in codes:
        home.sms("africastalking", f"YES {code}", STRANGER)
        home.sms("kannel", f"the code is {code}", STRANGER)


# --- that the search can find --------------------------------------------------------------------


def test_a_leak_in_any_sink_is_found(
    home: House, owner: Database, tmp_path: Path, redis_url: str
) -> None:
    with owner.transaction() as tx:
        tx.run("create table canary (t text, j jsonb, b bytea, z bytea, a text[])")
        tx.run("grant select on canary to nexustop_app")
        tx.run(
            "insert into canary values (%s, %s, %s, %s, array[%s])",
            (f"x {CARD} x", json.dumps({"a": [{"b": GROUPED_CARD}]}), f"k={CARD}".encode(),
             gzip.compress(CARD.encode()), CARD),
        )  # fmt: skip
    try:
        found = leaks({"card": [CARD]}, everything_in_postgres(home.gateway.parts.db))
    finally:
        with owner.transaction() as tx:
            tx.run("drop table canary")
    assert found == {Leak("card", f"canary.{name}") for name in "tjbza"}

    with redis.Redis.from_url(redis_url) as client:
        client.set("s", CARD)
        client.set(f"in {CARD} its key", "")
        client.hset("h", "field", f"text=1%2A{CARD}")
        client.rpush("l", CARD)
        client.sadd("set", CARD)
        client.zadd("z", {CARD: 1})
        client.xadd("x", {"hop": json.dumps(["a", CARD])})
        queues(client)["notify"].enqueue_call(JOBS["notify"], args=([CARD],), job_id="canary")
        places = {leak.place for leak in leaks({"card": [CARD]}, everything_in_redis(client))}
    names = {"s", f"in {CARD} its key", "h", "l", "set", "z", "x", "rq:job:canary"}
    assert places == {f"redis {name}" for name in names}

    (tmp_path / "plain.txt").write_text(f"Authorization: Bearer {API_KEY}")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(API_KEY.encode()))
    found = leaks({"key": [API_KEY]}, everything_in_files(tmp_path))
    assert found == {Leak("key", "file plain.txt"), Leak("key", "file packed.gz")}

    words = [sys.executable, "-c", "print(flush=True); input()", API_KEY]
    asleep = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert asleep.stdout is not None
    asleep.stdout.readline()
    try:
        found = leaks({"key": [API_KEY]}, every_process([asleep.pid]))
    finally:
        asleep.communicate(b"\n")
    assert found == {Leak("key", f"process {asleep.pid}")}

    logger("canary").info("typed", text=WRONG_PIN)
    home.gateway.parts.lines.write({"event": "hop", "input": f"1*{NEW_PIN}"})
    metrics.VENDS.labels(API_KEY, "x").inc()
    try:
        found = leaks({"PIN": [WRONG_PIN, NEW_PIN], "key": [API_KEY]}, home.written())
    finally:
        metrics.VENDS.remove(API_KEY, "x")
    assert {Leak("PIN", "log"), Leak("key", "metrics")} <= found
    assert leaks({"PIN": [NEW_PIN]}, home.written()) == {Leak("PIN", "log")}


def test_an_error_is_reported_without_what_was_typed(home: House) -> None:
    def fails(pin: str) -> None:
        raise ValueError(f"{pin} is no good")

    try:
        fails(WRONG_PIN)
    except ValueError as error:
        logger("canary").error("failed", error=where(error))
    assert b"ValueError at test_canaries.py" in home.logs.getvalue()
    assert leaks({"PIN": [WRONG_PIN]}, home.written()) == set()
