"""USSD over SMPP: which deliver_sm is which hop, and the submit_sm that answers it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ports.channels import SessionEnd, Unreadable, UssdAnswer, UssdHop
from providers.channels.smpp import ussd
from providers.channels.smpp.codes import Tag
from providers.channels.smpp.pdu import Address, ShortMessage

CODE = "*384*123#"


def heard(
    text: str, op: int, info: bytes = b"\x02\x46", to: str = CODE, tag: int = Tag.ITS_SESSION_INFO
) -> ShortMessage:
    tlvs = ((int(Tag.USSD_SERVICE_OP), bytes([op])), (int(tag), info))
    return ShortMessage(Address(1, 1, "2348030000001"), Address(0, 1, to), text.encode(), tlvs=tlvs)


def told(message: ShortMessage) -> UssdHop | SessionEnd:
    return ussd.told(ussd.read(message, "gsm"), CODE)


def hop(message: ShortMessage) -> UssdHop:
    found = told(message)
    assert isinstance(found, UssdHop)
    return found


def test_a_dial_begins_a_session_and_an_answer_is_its_newest_input() -> None:
    first, second = hop(heard(CODE, 1)), hop(heard("2", 18))
    assert (first.inputs, second.inputs) == ((), ("2",))
    assert first.newest is not None
    assert first.newest.first
    assert second.newest is not None
    assert not second.newest.first
    assert first.session == second.session == "2348030000001-291"
    assert first.newest.ids_return


@pytest.mark.parametrize(
    ("text", "to"),
    [("*384*123*1*100#", CODE), ("", "*384*123*1*100#"), ("*384*123*1*100#", "384123")],
)
def test_a_deep_dial_is_found_in_the_text_or_in_the_destination(text: str, to: str) -> None:
    assert hop(heard(text, 1, to=to)).inputs == ("1", "100")


def test_the_end_mark_is_no_part_of_the_number() -> None:
    assert hop(heard("1", 18, b"\x02\x47")).session == hop(heard("1", 18)).session


def test_a_subscriber_who_breaks_off_ends_the_session() -> None:
    end = told(heard("", 129))
    assert isinstance(end, SessionEnd)
    assert (end.session, end.status) == ("2348030000001-291", "aborted")


@pytest.mark.parametrize(("close", "op"), [(False, 2), (True, 17)])
def test_a_screen_goes_back_in_the_hops_own_dialogue(close: bool, op: int) -> None:
    shown = ussd.show(hop(heard("1", 18)), UssdAnswer("Enter amount", close), "gsm")
    assert shown.tlv(Tag.USSD_SERVICE_OP) == bytes([op])
    assert shown.tlv(Tag.ITS_SESSION_INFO) == b"\x02\x46"
    assert shown.source == Address(0, 1, CODE)
    assert shown.destination == Address(1, 1, "2348030000001")
    assert (shown.text, shown.data_coding) == (b"Enter amount", 0)


def test_a_gateway_that_counts_by_message_reference_gets_it_back() -> None:
    asked = hop(heard("1", 18, b"\0\7", tag=Tag.USER_MESSAGE_REFERENCE))
    shown = ussd.show(asked, UssdAnswer("Hello", close=False), "gsm")
    assert asked.session == "2348030000001-7"
    assert shown.tlv(Tag.USER_MESSAGE_REFERENCE) == b"\0\7"
    assert shown.tlv(Tag.ITS_SESSION_INFO) is None


def test_a_screen_that_is_too_long_is_cut_between_characters() -> None:
    shown = ussd.show(hop(heard("1", 18)), UssdAnswer("a" * 253 + "[b", close=True), "gsm")
    assert shown.text == b"a" * 253


@pytest.mark.parametrize(
    "message",
    [heard("1", 16), heard("1", 18, b""), heard("1", 18, b"\1\2\3"), heard("1", 18, tag=9),
     ShortMessage(Address(5, 0, "MTN"), Address(0, 1, CODE), b"1",
                  tlvs=((0x0501, b"\1"), (0x1383, b"\0\2")))],
)  # fmt: skip
def test_what_is_no_hop_is_refused(message: ShortMessage) -> None:
    with pytest.raises(Unreadable):
        told(message)


@settings(deadline=None)
@given(st.binary(max_size=4), st.binary(max_size=4), st.binary(max_size=60), st.text(max_size=20))
def test_any_message_is_a_hop_or_refused(op: bytes, info: bytes, text: bytes, to: str) -> None:
    tlvs = ((int(Tag.USSD_SERVICE_OP), op), (int(Tag.ITS_SESSION_INFO), info))
    try:
        told(ShortMessage(Address(1, 1, "2348030000001"), Address(0, 1, to), text, tlvs=tlvs))
    except Unreadable:
        pass
