"""PDUs as octets: whatever is written is read again, and whatever comes is read or refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.channels.smpp.codes import Command
from providers.channels.smpp.pdu import (
    LONGEST,
    Address,
    BadBody,
    BadLength,
    Frames,
    Login,
    Pdu,
    ShortMessage,
    decode_message,
    encode_bind,
    encode_message,
)

_octet = st.integers(0, 255)
_word = st.text(st.characters(min_codepoint=1, max_codepoint=255), max_size=20)
_address = st.builds(Address, _octet, _octet, _word)
_tlvs = st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=40)), max_size=4).map(tuple)
_messages = st.builds(
    ShortMessage, source=_address, destination=_address, text=st.binary(max_size=254),
    data_coding=_octet, esm_class=_octet, registered_delivery=_octet, tlvs=_tlvs,
    service_type=_word, protocol_id=_octet, priority=_octet, schedule_time=_word, validity=_word,
    replace=_octet, default_text=_octet,
)  # fmt: skip
_pdus = st.builds(
    Pdu, st.sampled_from(Command).map(int), st.integers(0, 0xFFFFFFFF),
    st.integers(0, 0xFFFFFFFF), st.binary(max_size=60),
)  # fmt: skip


@settings(deadline=None)
@given(_messages)
def test_a_short_message_is_read_as_it_was_written(message: ShortMessage) -> None:
    assert decode_message(encode_message(message)) == message


@settings(deadline=None)
@given(st.binary(max_size=120))
def test_any_octets_are_a_short_message_or_refused(body: bytes) -> None:
    try:
        decode_message(body)
    except BadBody:
        pass


@settings(deadline=None)
@given(_messages, st.data())
def test_a_body_that_ends_early_is_refused_or_lacks_only_tlvs(
    message: ShortMessage, data: st.DataObject
) -> None:
    whole = encode_message(message)
    cut = data.draw(st.integers(0, len(whole) - 1))
    try:
        assert decode_message(whole[:cut]).text == message.text
    except BadBody:
        pass


@settings(deadline=None)
@given(st.lists(_pdus, max_size=6), st.lists(st.integers(1, 30), min_size=1))
def test_a_stream_is_cut_into_the_same_pdus_however_it_arrives(
    pdus: list[Pdu], sizes: list[int]
) -> None:
    stream, frames, found, turn = b"".join(pdu.encode() for pdu in pdus), Frames(), [], 0
    while stream:
        size = sizes[turn % len(sizes)]
        found += frames.feed(stream[:size])
        stream, turn = stream[size:], turn + 1
    assert found == pdus


@pytest.mark.parametrize("size", [0, 15, LONGEST + 1, 0xFFFFFFFF])
def test_a_length_that_cannot_be_is_told_after_the_pdus_before_it(size: int) -> None:
    good = Pdu(Command.ENQUIRE_LINK, 0, 7)
    bad = size.to_bytes(4, "big") + bytes(8) + (9).to_bytes(4, "big")
    frames = Frames()
    assert frames.feed(good.encode() + bad) == [good]
    with pytest.raises(BadLength) as told:
        frames.feed(b"")
    assert told.value.sequence == 9


def test_nothing_that_may_hold_a_pin_or_password_is_shown() -> None:
    address = Address(1, 1, "2348030000001")
    message = ShortMessage(address, address, b"AIR 200 7392")
    shown = repr((message, Pdu(5, 0, 1, encode_message(message)), Login("us", "secret")))
    assert "7392" not in shown
    assert "secret" not in shown


def test_a_bind_is_written_as_the_specification_says() -> None:
    assert encode_bind(Login("us", "pass", "VMA")) == b"us\0pass\0VMA\0\x34\0\0\0"
