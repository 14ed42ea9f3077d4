"""SMS through Kannel: what its sendsms answers means, what it is given, what it brings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.msisdn import Msisdn
from app.ports.channels import (
    DeliveryReport,
    GatewayRequest,
    MoSms,
    MtSms,
    SessionEnd,
    SmsAccepted,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsState,
    SmsUnknown,
    Unreadable,
    UssdAnswer,
    UssdHop,
)
from providers import registry
from providers.http_client import HttpClient
from tests.fakes.clock import FixedClock

SMS = MtSms("sms-7", Msisdn("+2348030000001"), "Your PIN is 4821", ("4821",))
dialect: Any = registry.SMS_DIALECTS["kannel"]


@dataclass
class Sendsms:
    """Stands in for smsbox: its answers are what Kannel 1.4.5 was seen to say."""

    status: int = 202
    said: str = "0: Accepted for delivery"
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    recorded: list[object] = field(default_factory=list)
    port: int = 0

    def record(self, exchange: object) -> None:
        self.recorded.append(exchange)

    def send(self, sms: MtSms = SMS, **more: str) -> SmsOutcome:
        wanted = {"smsc": "", "account": "", "sender": "20880", "delivery_url": "", **more}
        settings = registry.KannelSettings(f"http://127.0.0.1:{self.port}", "us", "pass", **wanted)
        http = HttpClient(FixedClock(), self)
        try:
            return registry.SMS_GATEWAYS["kannel"](settings, http).send(sms)
        finally:
            http.close()


@pytest.fixture
def sendsms() -> Iterator[Sendsms]:
    box = Sendsms()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            box.asked.append((self.path, dict(self.headers), body))
            self.send_response(box.status)
            self.end_headers()
            self.wfile.write(box.said.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield box
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "said", "meant"),
    [
        (202, "0: Accepted for delivery", SmsAccepted("sms-7")),
        (202, "3: Queued for later delivery", SmsAccepted("sms-7")),
        (403, "Authorization failed for sendsms",
         SmsNotSent("403 Authorization failed for sendsms")),
        (503, "Temporal failure, try again later.",
         SmsNotSent("503 Temporal failure, try again later.")),
        (404, "Unknown request.", SmsNotSent("404 Unknown request.")),
        (403, "Not routable. Do not try again.",
         SmsRefused("403 Not routable. Do not try again.")),
        (400, "Number(s) has/have been denied by white- and/or black-lists.",
         SmsRefused("400 Number(s) has/have been denied by white- and/or bl")),
        (400, "Missing receiver(s) number(s), rejected",
         SmsRefused("400 Missing receiver(s) number(s), rejected")),
        (202, "9: Something new", SmsUnknown("202 9: Something new")),
        (500, "Sending failed.", SmsUnknown("500 Sending failed.")),
        (202, "", SmsUnknown("202")),
    ],
)  # fmt: skip
def test_what_sendsms_says(sendsms: Sendsms, status: int, said: str, meant: SmsOutcome) -> None:
    sendsms.status, sendsms.said = status, said
    assert sendsms.send() == meant


def test_a_kannel_that_is_away_was_sent_nothing(sendsms: Sendsms) -> None:
    sendsms.port = 1
    assert sendsms.send() == SmsNotSent("connect")


def test_the_text_is_posted_and_nothing_secret_is_recorded(sendsms: Sendsms) -> None:
    sendsms.send(smsc="sms", account="a", delivery_url="http://here/sms/kannel/delivery/token")
    [(path, headers, body)] = sendsms.asked
    assert (path, body) == ("/cgi-bin/sendsms", "Your PIN is 4821")
    assert {name: value for name, value in headers.items() if name.startswith("X-Kannel")} == {
        "X-Kannel-Username": "us", "X-Kannel-Password": "pass", "X-Kannel-From": "20880",
        "X-Kannel-To": "+2348030000001", "X-Kannel-SMSC": "sms", "X-Kannel-Account": "a",
        "X-Kannel-DLR-Mask": "31",
        "X-Kannel-DLR-URL": "http://here/sms/kannel/delivery/token?id=sms-7&type=%d&said=%A",
    }  # fmt: skip
    assert "4821" not in str(sendsms.recorded)
    assert "pass" not in str(sendsms.recorded)
    assert "token" not in str(sendsms.recorded)


@pytest.mark.parametrize(
    ("text", "coding"),
    [("Solde: 5 €, déjà", None), ("Ìwọ̀n owó rẹ", "2"), ("₦200", "2")],
)
def test_letters_beyond_gsm_7_go_as_ucs_2(sendsms: Sendsms, text: str, coding: str | None) -> None:
    sendsms.send(MtSms("sms-8", SMS.to, text, sender="NexusTop"))
    [(_, headers, body)] = sendsms.asked
    assert (headers.get("X-Kannel-Coding"), body) == (coding, text)
    assert headers["X-Kannel-From"] == "NexusTop"


def posted(body: bytes, charset: str = "UTF-8", **more: str) -> GatewayRequest:
    query = {"id": "m-1", "from": "%2B2348030000001", "to": "20880", "at": "1795949588", **more}
    return GatewayRequest(
        "POST", "", "&".join(f"{name}={value}" for name, value in query.items()),
        f'text/plain; charset="{charset}"', body,
    )  # fmt: skip


def test_a_mo_sms_is_read_in_its_charset() -> None:
    at = datetime(2026, 11, 29, 10, 53, 8, tzinfo=UTC)
    bal = MoSms("kannel", "m-1", Msisdn("+2348030000001"), "20880", "BAL", at, None)
    assert dialect.parse_inbound(posted(b"BAL")) == bal
    assert dialect.parse_inbound(posted("BAL".encode("utf-16-be"), "UTF-16BE")) == bal
    assert dialect.parse_inbound(posted(b"BAL\0", network="62130")).network_code == "62130"
    assert dialect.parse_inbound(posted(b"BAL\0")).text == "BAL"


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (posted(b"BAL", id=""), "no id"),
        (posted(b"BAL", at="noon"), "no time"),
        (posted(b"BAL", **{"from": "MTN"}), "not an MSISDN"),
        (posted(b"\xff\xff"), "not in its charset"),
        (posted(b"B", "UTF-16BE"), "not in its charset"),
        (posted(b"BAL", "KOI8-R"), "no text"),
        (posted(b"x" * 9_000), "body too long"),
        (GatewayRequest("GET", "", "id=m-1&text=BAL", "", b""),
         "not posted: Kannel must be given post-url"),
    ],
)  # fmt: skip
def test_a_mo_sms_that_cannot_be_read(request_: GatewayRequest, why: str) -> None:
    with pytest.raises(Unreadable, match=f"^{why}$"):
        dialect.parse_inbound(request_)


@pytest.mark.parametrize(
    ("kind", "said", "state", "reason"),
    [
        ("8", "ACK%2F", SmsState.SENT, ""),
        ("1", "id%3A1+stat%3ADELIVRD+err%3A000+text%3AYour+PIN+is", SmsState.DELIVERED,
         "DELIVRD 000"),
        ("2", "id%3A1+stat%3AUNDELIV+err%3A011+text%3A", SmsState.FAILED, "UNDELIV 011"),
        ("2", "id%3A1+stat%3AEXPIRED+err%3A000+text%3A", SmsState.EXPIRED, "EXPIRED 000"),
        ("4", "", SmsState.BUFFERED, ""),
        ("16", "NACK%2F11%2FInvalid+Destination", SmsState.FAILED, "11"),
        ("32", "", SmsState.SENT, "type 32"),
    ],
)  # fmt: skip
def test_a_delivery_report(kind: str, said: str, state: SmsState, reason: str) -> None:
    asked = GatewayRequest("GET", "", f"id=sms-7&type={kind}&said={said}", "", b"")
    wanted = DeliveryReport("kannel", "sms-7", state, reason, reference="sms-7")
    assert dialect.parse_delivery(asked) == wanted


def test_a_delivery_report_without_an_id() -> None:
    with pytest.raises(Unreadable, match="no id"):
        dialect.parse_delivery(GatewayRequest("GET", "", "type=1", "", b""))


_HEADER = some.text(some.characters(max_codepoint=255))


@settings(deadline=None)
@given(query=_HEADER, kind=_HEADER, body=some.binary(), meta=_HEADER)
def test_whatever_comes_is_read_or_refused(query: str, kind: str, body: bytes, meta: str) -> None:
    ussd = registry.USSD_GATEWAYS["kannel"]("*384*123#")
    for asked in (
        GatewayRequest("POST", "", query, kind, body),
        posted(body, meta=f"%3Fsmpp%3F{meta}"),
        posted(body, "UTF-16BE", meta="?smpp?ussd_service_op=%2512%26its_session_info=%2500%2502"),
    ):
        for parse in (dialect.parse_inbound, dialect.parse_delivery):
            try:
                assert isinstance(parse(asked), MoSms | DeliveryReport)
            except Unreadable:
                pass
        try:
            assert isinstance(ussd.read(asked), UssdHop | SessionEnd)
        except Unreadable:
            ussd.refuse(asked, UssdAnswer("no", close=True))
