"""Against an SMSC that isn't ours: SMS both ways, receipts, USSD, and what goes wrong."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.domain.msisdn import Msisdn
from app.ports.channels import MtSms
from tests.conftest import Servers, Urls, fresh_database
from tests.factories.gateway import SUBSCRIBER
from tests.smpp.line import Line, line
from tests.smpp.smsc import need_peer

pytestmark = pytest.mark.smpp_peer

THROTTLED = 0x58
SYSTEM_ERROR = 0x08
INVALID_DESTINATION = 0x0B
INVALID_LENGTH, INVALID_COMMAND = 0x02, 0x03
DIALLED, ASK, LAST, ANSWERED, BROKEN_OFF = 1, 2, 17, 18, 129


@pytest.fixture(scope="module")
def on(urls: Urls, servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One process and SMSC for the module; each test leaves them bound."""
    need_peer()
    folder = tmp_path_factory.mktemp("smpp")
    with line(urls, servers.redis_url, folder, SMPP_ENQUIRE_LINK_SECONDS="1") as made:
        yield made


@pytest.fixture(autouse=True)
def _afresh(on: Line) -> None:
    on.smsc.do("receipts", form="none")
    on.smsc.forget()


def test_it_asks_whether_the_smsc_is_there_while_nothing_happens(on: Line) -> None:
    on.smsc.expect("enquire_link")


def test_an_sms_goes_out_with_a_receipt_asked_for(on: Line) -> None:
    reference = on.queue("Hello from the shop")
    sent = on.smsc.expect("submit", text="Hello from the shop")
    assert (sent["from"], sent["to"], sent["receipt"]) == ("20880", "2348030000001", 1)
    assert on.state(reference) == "sent"


@pytest.mark.parametrize("form", ["text", "tlv", "early"])
def test_a_receipt_of_either_form_moves_the_sms_even_before_its_answer(on: Line, form: str) -> None:
    on.smsc.do("receipts", form=form)
    reference = on.queue(f"With a receipt as {form}")
    on.until_state(reference, "delivered")
    assert on.one("select sealed from smpp_parts where reference = %s", reference) is None


def test_a_long_sms_arrives_in_parts_and_is_delivered_once_all_are(on: Line) -> None:
    on.smsc.do("receipts", form="text")
    text = "a" * 152 + "[" + "b" * 120
    reference = on.queue(text)
    first, second = on.smsc.expect("submit"), on.smsc.expect("submit")
    assert first["text"] + second["text"] == text
    assert [first["esm_class"], len(first["udh"]), len(first["text"])] == [0x40, 1, 152]
    on.until_state(reference, "delivered")


def test_what_gsm_cannot_write_goes_out_as_ucs_2(on: Line) -> None:
    on.gateway.parts.sms.gateways[0].send(MtSms("not-gsm", Msisdn(SUBSCRIBER), "Ẹ kú àárọ̀"))
    sent = on.smsc.expect("submit")
    assert (sent["text"], sent["data_coding"]) == ("Ẹ kú àárọ̀", 8)


def test_a_refused_sms_has_failed_and_is_not_sent_again(on: Line) -> None:
    on.smsc.do("answer", status=INVALID_DESTINATION, count=1)
    reference = on.queue("To nobody")
    on.until_state(reference, "failed")
    assert on.one("select code from mt_sms where gateway_id = %s", reference) == "smpp 0x000b"


def test_an_answer_nobody_understands_is_not_sent_again(on: Line) -> None:
    on.smsc.do("answer", status=SYSTEM_ERROR, count=1)
    reference = on.queue("Perhaps")
    on.until(
        lambda: on.one("select state from smpp_parts where reference = %s", reference) == "unknown",
        "unknown",
    )
    assert on.state(reference) == "sent"


def test_a_throttled_sms_waits_and_is_sent_once(on: Line) -> None:
    on.smsc.do("answer", status=THROTTLED, count=2)
    references = [on.queue(f"Slowly {number}") for number in range(4)]
    on.until(
        lambda: on.one(
            "select count(*) from smpp_parts where reference = any(%s) and state = 'sent'",
            references,
        ) == 4,
        "all sent",
    )  # fmt: skip
    texts = [sent["text"] for sent in on.smsc.told("submit")]
    assert len(texts) == 6
    assert {f"Slowly {number}" for number in range(4)} == set(texts)
    assert on.one(
        "select sum(sent_again) from smpp_parts where reference = any(%s)", references
    ) == 0  # fmt: skip


def test_a_mo_bal_is_answered(on: Line) -> None:
    on.smsc.deliver("BAL")
    on.smsc.expect("delivered", status=0)
    on.work()
    assert "Balance" in on.smsc.expect("submit")["text"]


@pytest.mark.parametrize(
    ("coding", "octets"),
    [
        (0, b"BAL".hex()), (1, b"BAL".hex()), (3, b"BAL".hex()),
        (8, "BAL".encode("utf-16-be").hex()),
    ],
)  # fmt: skip
def test_a_mo_sms_is_read_in_every_alphabet(on: Line, coding: int, octets: str) -> None:
    on.smsc.deliver(hex=octets, data_coding=coding, receipted_message_id=f"coding-{coding}")
    on.smsc.expect("delivered", status=0)
    assert on.one(
        "select redacted from mo_sms where gateway_id = %s", f"coding-{coding}"
    ) == "BAL"  # fmt: skip


def test_a_repeated_deliver_sm_is_handled_once(on: Line) -> None:
    for _ in range(3):
        on.smsc.deliver("BAL", receipted_message_id="mo-77")
        on.smsc.expect("delivered", status=0)
    assert _answers(on, "mo-77") == 1


def test_without_an_id_a_text_is_a_copy_only_if_its_answer_may_be_lost(on: Line) -> None:
    before = on.one("select count(*) from mo_sms where redacted = 'STMT'")
    for _ in range(2):
        on.smsc.deliver("STMT")
        on.smsc.expect("delivered", status=0)
    assert on.one("select count(*) from mo_sms where redacted = 'STMT'") == before + 2
    _cut(on)
    on.smsc.deliver("STMT")
    on.smsc.expect("delivered", status=0)
    assert on.one("select count(*) from mo_sms where redacted = 'STMT'") == before + 2


def test_the_parts_of_a_long_mo_sms_are_put_together_in_any_order(on: Line) -> None:
    for number, text in ((2, "lance please"), (1, "BA")):
        header = bytes((5, 0, 3, 42, 2, number)).hex()
        on.smsc.deliver(hex=header + text.encode().hex(), esm_class=0x40)
        on.smsc.expect("delivered", status=0)
    assert on.one("select count(*) from mo_sms where redacted = 'BAlance please'") == 1
    assert on.one("select count(*) from smpp_mo_parts") == 0


def test_a_pin_is_neither_stored_nor_logged(on: Line) -> None:
    on.smsc.deliver("AIR 200 7392", receipted_message_id="with-pin")
    on.smsc.expect("delivered", status=0)
    assert on.one(
        "select redacted from mo_sms where gateway_id = 'with-pin'"
    ) == "AIR 200 ****"  # fmt: skip
    assert "7392" not in on.log.read_text()


def test_a_sender_that_is_no_number_is_refused_for_good(on: Line) -> None:
    on.smsc.deliver("BAL", source_addr="MTN-Promo")
    on.smsc.expect("delivered", status=0x65)


# --- USSD ----------------------------------------------------------------------------------------


def _types(on: Line, session: str, *inputs: str) -> list[dict[str, object]]:
    """A dialogue: every screen."""
    on.smsc.dial(session, "*384*123#", DIALLED)
    screens = [on.smsc.expect("submit", session=session)]
    for typed in inputs:
        on.smsc.dial(session, typed, ANSWERED)
        screens.append(on.smsc.expect("submit", session=session))
    return screens


def test_airtime_is_bought_in_a_dialogue(on: Line) -> None:
    before = on.one("select count(*) from orders")
    screens = _types(on, "0246", "1", "2", "08030000077", "5", "100", "1", "7392")
    assert "Buy airtime" in str(screens[0]["text"])
    assert [screen["op"] for screen in screens] == [ASK] * 7 + [LAST]
    assert screens[-1]["service"] == "USSD"
    assert (screens[0]["from"], screens[0]["to"]) == ("*384*123#", "2348030000001")
    assert on.one("select count(*) from orders") == before + 1
    assert "7392" not in on.log.read_text()


def test_a_dialogue_number_that_comes_again_is_a_session_of_its_own(on: Line) -> None:
    [_, deeper] = _types(on, "0300", "1")
    [first] = _types(on, "0300")
    assert "Buy airtime" in str(first["text"])
    assert deeper["text"] != first["text"]


def test_a_deep_dial_walks_as_on_any_gateway(on: Line) -> None:
    on.smsc.dial("0302", "*384*123*1#", DIALLED)
    walked = on.smsc.expect("submit", session="0302")
    [_, typed] = _types(on, "0304", "1")
    assert walked["text"] == typed["text"]


def test_a_dialogue_that_is_broken_off_is_recorded(on: Line) -> None:
    _types(on, "0400")
    on.smsc.dial("0400", "", BROKEN_OFF)
    on.smsc.expect("delivered", status=0)
    on.until(
        lambda: on.one("select count(*) from ussd_session_ends where channel = 'smpp'"), "an end"
    )


def test_a_screen_that_is_throttled_is_shown_a_moment_later(on: Line) -> None:
    on.smsc.do("answer", status=THROTTLED, count=1)
    _types(on, "0500")
    on.smsc.expect("submit", session="0500", op=ASK)


# --- what goes wrong -----------------------------------------------------------------------------


def test_an_unknown_command_is_nacked_and_the_link_goes_on(on: Line) -> None:
    on.smsc.do("raw", hex="00000010000007770000000000000384")
    assert on.smsc.expect("nack", sequence=0x384)["status"] == INVALID_COMMAND
    on.queue("After an unknown command")
    on.smsc.expect("submit", text="After an unknown command")


def test_a_body_shorter_than_it_says_is_nacked_and_the_link_goes_on(on: Line) -> None:
    body = b"\0\1\0012348030000001\0\0\00120880\0\0\0\0\0\0\0\0\0\0\xf0BAL"
    size = (16 + len(body)).to_bytes(4, "big")
    on.smsc.do("raw", hex=(size + b"\0\0\0\5" + bytes(4) + b"\0\0\3\x85" + body).hex())
    assert on.smsc.expect("nack", sequence=0x385)["status"] == INVALID_LENGTH
    on.queue("After a bad body")
    on.smsc.expect("submit", text="After a bad body")


def test_a_length_that_cannot_be_is_nacked_and_nothing_is_lost(on: Line) -> None:
    on.smsc.do("hold", count=1)
    reference = on.queue("In flight when the stream broke")
    on.smsc.expect("submit", text="In flight when the stream broke")
    on.smsc.do("raw", hex="00000003000000050000000000000386")
    assert on.smsc.expect("nack", sequence=0x386)["status"] == INVALID_LENGTH
    on.smsc.expect("closed")
    on.smsc.expect("bound")
    on.smsc.expect("submit", text="In flight when the stream broke")
    on.until(
        lambda: on.one("select state from smpp_parts where reference = %s", reference) == "sent",
        "sent",
    )


def _cut(on: Line) -> None:
    on.smsc.do("cut")
    on.smsc.expect("closed")
    on.smsc.expect("bound")


def test_what_was_in_flight_when_the_link_was_cut_is_sent_again_and_counted(on: Line) -> None:
    on.smsc.do("hold", count=1)
    lost = on.queue("In flight")
    on.smsc.expect("submit", text="In flight")
    kept = on.queue("Answered")
    on.until(
        lambda: on.one("select state from smpp_parts where reference = %s", kept) == "sent", "sent"
    )
    _cut(on)
    on.smsc.expect("submit", text="In flight")
    on.until(
        lambda: on.one("select state from smpp_parts where reference = %s", lost) == "sent", "sent"
    )
    again = "select sent_again from smpp_parts where reference = %s"
    assert (on.one(again, lost), on.one(again, kept)) == (1, 0)
    assert "Answered" not in {sent["text"] for sent in on.smsc.told("submit")[1:]}


def test_a_killed_process_loses_nothing_and_repeats_only_what_was_in_flight(on: Line) -> None:
    on.smsc.do("hold", count=1)
    lost = on.queue("Nobody answered")
    on.smsc.expect("submit", text="Nobody answered")
    on.kill()
    later = on.queue("Queued meanwhile")
    on.run("update smpp_parts set due_at = now() where state = 'sending'")
    on.start()
    on.smsc.expect("submit", text="Nobody answered")
    on.smsc.expect("submit", text="Queued meanwhile")
    again = "select sent_again from smpp_parts where reference = %s"
    on.until(lambda: on.one(again, lost) == 1, "counted")
    assert on.one(again, later) == 0


def test_asked_to_stop_it_unbinds_and_leaves_nothing_claimed(on: Line) -> None:
    on.smsc.told("unbind")
    assert on.stop() == 0
    on.smsc.expect("unbind")
    assert on.one("select count(*) from smpp_parts where state = 'sending'") == 0
    assert not on.one("select bound from smpp_links order by seen_at desc limit 1")
    waiting = on.queue("Meanwhile")
    on.start()
    on.smsc.expect("submit", text="Meanwhile")
    assert on.state(waiting) == "sent"


@pytest.fixture
def apart(servers: Servers, template: str) -> Iterator[Urls]:
    """A database in which the module's process doesn't look for work."""
    with fresh_database(servers, template) as made:
        yield made


def test_receipts_with_the_other_kind_of_number_find_their_message(
    apart: Urls, servers: Servers, tmp_path: Path
) -> None:
    need_peer()
    with line(apart, servers.redis_url, tmp_path, SMPP_ANSWER_IDS="hex") as other:
        other.smsc.do("receipts", form="text", ids="hex")
        reference = other.queue("Numbered in hexadecimal", to=SUBSCRIBER)
        other.until_state(reference, "delivered")


def test_the_link_may_be_encrypted_and_its_certificate_is_checked(
    apart: Urls, servers: Servers, tmp_path: Path
) -> None:
    need_peer()
    key, certificate = _certificate(tmp_path)
    trusting = {"SMPP_TLS": "true", "SMPP_TLS_CA_FILE": str(certificate)}
    with line(apart, servers.redis_url, tmp_path, key, certificate, **trusting) as other:
        other.queue("Over TLS")
        other.smsc.expect("submit", text="Over TLS")
        assert other.stop() == 0
        other.environment["SMPP_TLS_CA_FILE"] = ""
        other.launch()
        other.until(lambda: "SSLCertVerificationError" in other.log.read_text(), "no trust")
        assert other.smsc.told("bound") == []


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A key and its own certificate for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "smsc")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]),
                       critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    files = folder / "key.pem", folder / "certificate.pem"
    files[0].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    files[1].write_bytes(made.public_bytes(pem))
    return files


def _answers(on: Line, gateway_id: str) -> int:
    key = f"mo:smpp:{gateway_id}"
    return int(on.one("select count(*) from mt_sms where dedupe_key = %s", key))
