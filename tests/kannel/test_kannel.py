"""The whole program behind a real Kannel and an independent SMSC: SMS, reports, USSD over SMPP."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from tests.factories.folders import remove_servers_folder, servers_folder
from tests.kannel import peers
from tests.system.harness import PIN, SUBSCRIBER, System, free_port

pytestmark = [pytest.mark.kannel, pytest.mark.timeout(300)]
_OPERATIONS = {"dial": 1, "type": 18, "abort": 129}
_dialogues = count(1)


@dataclass(frozen=True)
class Road:
    """A handset's SMSC at one end, the program at the other."""

    smsc: peers.Smsc
    system: System

    def text(self, words: str) -> None:
        """An SMS from the subscriber."""
        self.smsc.bring("sms", **{"from": SUBSCRIBER.lstrip("+"), "to": "20880", "text": words})

    def sms(self) -> str:
        """The next SMS to the subscriber."""
        sms = self.smsc.submitted("sms")
        assert (sms["from"], sms["to"]) == ("20880", SUBSCRIBER.lstrip("+"))
        return str(sms["text"])


@dataclass
class Dialogue:
    """A USSD dialogue as an SMSC has it: its number, the end bit below."""

    road: Road
    number: int = field(default_factory=lambda: next(_dialogues))

    def send(self, what: str, text: str = "") -> None:
        words = {"from": SUBSCRIBER.lstrip("+"), "to": "384", "text": text,
                 "operation": _OPERATIONS[what], "info": f"{self.number << 1:04x}"}  # fmt: skip
        self.road.smsc.bring("ussd", **words)

    def shown(self, what: str, text: str) -> dict[str, Any]:
        self.send(what, text)
        return self.road.smsc.submitted("ussd")


@pytest.fixture(scope="module")
def road() -> Iterator[Road]:
    peers.needed()
    folder = servers_folder("kannel")
    system, smsc_port, sendsms = System(folder), free_port(), free_port()
    system.environment |= {
        "SMS_GATEWAYS": "kannel", "USSD_GATEWAYS": "africastalking,kannel",
        "KANNEL_BASE_URL": f"http://127.0.0.1:{sendsms}", "KANNEL_USERNAME": peers.USER,
        "KANNEL_PASSWORD": peers.PASSWORD, "KANNEL_SMSC": "sms",
        "KANNEL_CALLBACK_BASE": f"http://127.0.0.1:{system.port}",
    }  # fmt: skip
    ports = {"app_port": system.port, "smsc_port": smsc_port, "sendsms_port": sendsms}
    try:
        with peers.smsc(smsc_port) as smsc, peers.kannel(folder / "kannel", **ports):
            smsc.bound("sms")
            smsc.bound("ussd")
            system.start()
            yield Road(smsc, system)
    finally:
        if system.process is not None and system.process.poll() is None:
            system.stop()
        remove_servers_folder(folder)


def test_a_balance_is_asked_for_and_told(road: Road) -> None:
    road.text("BAL")
    assert "Balance" in road.sms()


def test_airtime_is_bought_by_sms_and_its_receipt_is_reported_as_delivered(road: Road) -> None:
    road.text(f"AIR 100 {PIN}")
    assert road.sms().startswith("NGN 100.00 MTN airtime sent to 0803 000 0001.")
    [vend] = road.system.vends()
    assert (vend["state"], vend["amount_minor"]) == ("delivered", 100_00)
    delivered = "select count(*) from mt_sms where gateway = 'kannel' and state = 'delivered'"
    road.system.until(lambda: road.system.sql(delivered) == [(2,)], 20, "both reports")
    told = "select code, sent_text is not null from mt_sms where order_id is not null"
    assert road.system.sql(told) == [("DELIVRD 000", True)]
    assert road.system.sql("select redacted from mo_sms where redacted like 'AIR%'") == [
        ("AIR 100 ****",)
    ]


def test_airtime_is_bought_in_a_dialogue_whose_every_screen_carries_its_octets(road: Road) -> None:
    before = len(road.system.vends())
    dialogue = Dialogue(road)
    screens = [dialogue.shown("dial", "*384*123#")]
    screens += [dialogue.shown("type", typed) for typed in ("1", "1", "2", "1", PIN)]
    assert "1. Buy airtime" in screens[0]["text"]
    assert "Request received" in screens[-1]["text"]
    open_, over = f"{dialogue.number << 1:04x}", f"{dialogue.number << 1 | 1:04x}"
    assert {(shown["operation"], shown["info"]) for shown in screens[:-1]} == {(2, open_)}
    assert (screens[-1]["operation"], screens[-1]["info"]) == (17, over)
    assert {(shown["to"], shown["from"]) for shown in screens} == {(SUBSCRIBER.lstrip("+"), "384")}
    assert "airtime sent to 0803 000 0001" in road.sms()
    assert len(road.system.vends()) == before + 1


def test_a_dialogue_that_is_given_up_ends_and_its_number_comes_back(road: Road) -> None:
    first = Dialogue(road)
    assert "1. Buy airtime" in first.shown("dial", "*384*123#")["text"]
    assert "1. Buy airtime" not in first.shown("type", "1")["text"]
    first.send("abort")
    ends = "select session from ussd_session_ends where channel = 'kannel'"
    road.system.until(lambda: len(road.system.sql(ends)) == 1, 20, "the end")
    assert road.smsc.silent("ussd")
    again = Dialogue(road, first.number)
    assert "1. Buy airtime" in again.shown("dial", "*384*123#")["text"]
    assert "1. Buy airtime" not in again.shown("type", "1")["text"]
    hops = f"select count(*) from ussd_hops where session = ({ends})"
    road.system.until(lambda: road.system.sql(hops) == [(2,)], 20, "the hops before the end")
