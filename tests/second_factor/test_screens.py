"""Proving on screens: before the PIN, without any code in Redis, and with what agents see."""

import re

import pyotp
import pytest
import redis

from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.security.field_encryption import Unreadable
from app.services.code_list import make_list
from app.services.demo import AGENT, PIN
from app.services.sealed_record import Sealer
from app.sessions.store import Record
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

ADA = Msisdn("+2348035550001")
BUY = ("1", "1", "5", "30000", "1")


@pytest.fixture
def gateway(urls: Urls, redis_url: str) -> Gateway:
    made = Gateway.to(settings(urls.program, redis_url))
    register(made, ADA)
    return made


def register(gateway: Gateway, msisdn: Msisdn) -> None:
    """A subscriber with NGN 90,000, who isn't exempt from anything."""
    from app.db import ledger, subscribers
    from app.domain.ledger import fund, wallet
    from app.domain.money import Money

    context = gateway.parts.context
    pin = context.hasher.hash(PIN, msisdn)
    with context.db.transaction() as tx:
        new = subscribers.NewSubscriber(
            msisdn, "en", "NG", "NGN", pin.hash, pin.pepper_id, context.clock.now()
        )
        owner = subscribers.register(tx, new)
        if owner is not None:
            tx.run("update subscribers set tier = 3 where id = %s", (owner,))
            account = wallet(owner, "NGN")
            ledger.open_account(tx, account)
            ledger.post(tx, fund(f"test:{owner}", account, Money(90_000_00, "NGN")))


def everything_in_redis(url: str) -> str:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        stored = [client.get(key) or "" for key in client.scan_iter("ussd:*")]
        return "\n".join([*stored, str(client.xrange("hops"))])


def test_a_code_of_the_list_then_the_pin_and_neither_is_in_redis(
    gateway: Gateway, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = make_list(gateway.parts.context, ADA, "test", "asked")
    how = gateway.dial(*BUY, msisdn=ADA)[-1]
    position = int(how.split("Code ")[1][:2])
    assert how.startswith(f"CON This needs one more proof\n1. Code {position:02d} of your list\n2.")
    code = codes[position - 1].value
    shown = gateway.dial(*BUY, "1", code, "7392", msisdn=ADA)
    assert shown[-3].startswith(f"CON Enter code {position:02d} of your list")
    assert shown[-2].startswith("CON Enter PIN for NGN 30,000.00 MTN airtime")
    assert shown[-1].startswith("END Request received. NGN 30,000.00")
    # A moment has digits of its own, in a line and in a stream's id.
    moments = r'"(?:timestamp|at)": ?"[^"]*"|\d{13}-\d+'
    written = re.sub(moments, "", everything_in_redis(redis_url) + capsys.readouterr().out)
    assert code not in written
    assert "7392" not in written


def test_going_back_from_the_pin_needs_no_second_code(gateway: Gateway) -> None:
    obi = Msisdn("+2348035550004")
    register(gateway, obi)
    codes = make_list(gateway.parts.context, obi, "test", "asked")
    position = int(gateway.dial(*BUY, msisdn=obi)[-1].split("Code ")[1][:2])
    code = codes[position - 1].value
    shown = gateway.dial(*BUY, "1", code, "0", "000000", "7392", msisdn=obi)
    assert shown[-2].startswith("CON Enter PIN")
    assert shown[-1].startswith("END Request received")


def test_a_key_and_the_codes_on_screens_are_sealed_in_redis_and_shown_again(
    gateway: Gateway, redis_url: str
) -> None:
    typed = ("6", "6", "1", "7392")
    shown = gateway.dial(*typed, msisdn=ADA)[-1]
    key = shown.split(": ")[1].split("\n")[0]
    assert key not in everything_in_redis(redis_url)
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        [session] = client.scan_iter("ussd:*")
    session = session.split(":")[-1]
    assert gateway.hop(session, "*".join(typed), ADA) == shown, "a repeated hop"
    code = pyotp.TOTP(key.replace(" ", "")).now()
    ended = gateway.hop(session, "*".join((*typed, code)), ADA)
    assert ended == "END Your code app is added."
    assert key not in everything_in_redis(redis_url)

    register(gateway, Msisdn("+2348035550002"))
    approval = gateway.dial(*BUY, "1", msisdn="+2348035550002")[-1]
    code = approval.split("code ")[1][:4]
    assert f"code {code}" not in everything_in_redis(redis_url)


def test_an_agent_sees_what_is_approved_and_the_customer_dials_again(gateway: Gateway) -> None:
    customer = Msisdn("+2348035550003")
    register(gateway, customer)
    code = gateway.dial(*BUY, "1", msisdn=customer)[-1].split("code ")[1][:4]
    shown = gateway.dial("7", "98", "6", "08035550003", code, "7392", msisdn=AGENT)
    assert shown[-2].startswith(
        "CON Only if 0803 555 0003 is with you. Enter PIN to approve Airtime NGN 30,000.00"
    )
    assert shown[-1].startswith("END Approved. 0803 555 0003 must dial again before ")
    again = gateway.dial(*BUY, "7392", msisdn=customer)
    assert again[-2].startswith("CON Enter PIN for NGN 30,000.00")
    assert again[-1].startswith("END Request received")


def test_by_sms_one_is_told_to_dial(gateway: Gateway) -> None:
    from app.domain.requests import Refusal, Refused
    from menus.keywords.failures import saying
    from menus.texts.messages import render

    said = saying(Refused(Refusal.NEEDS_SECOND_FACTOR), "*384*123#", "NG")
    text = render("reply", "en", said.params())
    assert text == "This needs one more proof. Please dial *384*123#"


def test_a_sealed_record_opens_in_its_own_session_only() -> None:
    sealer = Sealer(b"key")
    record = Record(
        3, "+234803", 2, "digest", "Key ABCD", close=False, label="x", menu=["x", {}, 1]
    )
    sealed = sealer.seal(record, "at", "s1")
    assert "ABCD" not in str(sealed)
    assert sealer.open(sealed, "at", "s1") == record
    assert sealer.open(record, "at", "s1") == record
    with pytest.raises(Unreadable):
        sealer.open(sealed, "at", "s2")


def test_a_secret_never_prints() -> None:
    assert "482913" not in f"{Secret('482913')} {Secret('482913')!r}"
