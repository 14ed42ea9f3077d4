"""Texts and what carries them: alphabets, parts, receipts, statuses, moments."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ports.channels import SmsState
from menus.engine import gsm7
from providers.channels.smpp import parts, receipts
from providers.channels.smpp.alphabets import decode, from_gsm, to_gsm
from providers.channels.smpp.codes import VERDICTS, Status, Tag, Verdict
from providers.channels.smpp.pdu import Address, BadBody, ShortMessage
from providers.channels.smpp.receipts import AnswerIds
from providers.channels.smpp.times import smpp_time

_HERE = Address(1, 1, "2348030000001")
_gsm = st.text(st.sampled_from(gsm7.BASIC + gsm7.EXTENDED), max_size=800)


def message(text: bytes = b"", **more: object) -> ShortMessage:
    return ShortMessage(_HERE, _HERE, text, **more)  # type: ignore[arg-type]


def test_everything_a_screen_may_show_can_be_written() -> None:
    alphabet = gsm7.BASIC + gsm7.EXTENDED
    assert from_gsm(b"".join(to_gsm(alphabet))) == alphabet
    assert len(b"".join(to_gsm(alphabet))) == gsm7.septets(alphabet)


@settings(deadline=None)
@given(_gsm)
def test_a_gsm_text_is_whole_again_from_its_parts(text: str) -> None:
    _whole_again(text, 160)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_is_whole_again_from_its_parts(text: str) -> None:
    _whole_again(text, 160)


def _whole_again(text: str, most: int) -> None:
    """Each part is readable by itself, so no escape and no surrogate pair was split."""
    found = ""
    sent = parts.cut(text, "sms-1", "gsm")
    for number, part in enumerate(sent, 1):
        read = parts.read(
            message(part.text, data_coding=part.data_coding, esm_class=part.esm_class), "gsm"
        )
        assert len(part.text) <= most
        assert (read.place is None) == (len(sent) == 1)
        if read.place is not None:
            assert (read.place.number, read.place.total) == (number, len(sent))
        found += read.text
    assert found == text


def test_an_escape_pair_at_the_edge_goes_into_the_next_part() -> None:
    first, second = parts.cut("a" * 152 + "[" + "b" * 10, "sms-1", "gsm")
    assert (len(first.text), second.text[6:8]) == (6 + 152, b"\x1b\x3c")


def test_a_text_of_more_than_255_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        parts.cut("a" * 153 * 256, "sms-1", "gsm")


@pytest.mark.parametrize(
    ("octets", "coding", "text"),
    [
        (b"\x00\x1b\x65", 0, "@€"), (b"caf\xe9", 3, "café"), (b"BAL", 1, "BAL"),
        (b"\x20\xa6\x00\x35", 8, "₦5"), (b"\x20\xa6\x00", 8, "₦\ufffd"), (b"BAL", 0xF1, "BAL"),
    ],
)  # fmt: skip
def test_octets_are_read_by_their_data_coding(octets: bytes, coding: int, text: str) -> None:
    assert decode(octets, coding, "gsm") == text


def test_an_smsc_whose_default_is_latin_1_is_believed() -> None:
    assert decode(b"caf\xe9 @", 0, "latin-1") == "café @"
    assert parts.cut("café @", "sms-1", "latin-1")[0].text == b"caf\xe9 @"


@pytest.mark.parametrize(
    "octets", [b"", b"\x05\x00\x03", b"\x03\x00\x05\x01", b"\x05\x00\x03\x01\x02\x03x",
               b"\x05\x00\x03\x01\x02\x00x"]
)  # fmt: skip
def test_a_user_data_header_that_cannot_be_is_refused(octets: bytes) -> None:
    with pytest.raises(BadBody):
        parts.read(message(octets, esm_class=0x40), "gsm")


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(0, 255), st.integers(0, 255))
def test_any_user_data_is_read_or_refused(octets: bytes, coding: int, esm_class: int) -> None:
    try:
        parts.read(message(octets, data_coding=coding, esm_class=esm_class), "gsm")
    except BadBody:
        pass


def test_parts_may_be_told_by_tlvs_and_a_payload_may_hold_the_text() -> None:
    tlvs = (
        (Tag.SAR_REFERENCE, b"\0\7"), (Tag.SAR_TOTAL, b"\2"), (Tag.SAR_NUMBER, b"\1"),
        (Tag.MESSAGE_PAYLOAD, b"BAL"),
    )  # fmt: skip
    read = parts.read(message(tlvs=tlvs), "gsm")
    assert read.place is not None
    assert (read.text, read.place.joint, read.place.number) == ("BAL", 7, 1)


# --- receipts ------------------------------------------------------------------------------------

_TEXT = (
    b"id:%s sub:001 dlvrd:001 submit date:2611291000 done date:2611291001 stat:%s err:%s"
    b" Text:id:9 stat:DELIVRD"
)


@pytest.mark.parametrize(
    ("form", "told", "kept"),
    [
        ("same", "0012ab", "0012ab"), ("hex", "4779", "12ab"), ("decimal", "12AB", "4779"),
        ("hex", "no number", "no"),
    ],
)  # fmt: skip
def test_the_id_of_a_receipts_text_is_that_of_the_answer(
    form: AnswerIds, told: str, kept: str
) -> None:
    receipt = receipts.read(message(_TEXT % (told.encode(), b"DELIVRD", b"000")), form)
    assert receipt is not None
    assert receipt.message_id == kept


def test_an_answers_hexadecimal_id_is_kept_without_zeros() -> None:
    assert receipts.stored_id("000012AB", "hex") == "12ab"
    assert receipts.stored_id("000012AB", "same") == "000012AB"


@pytest.mark.parametrize(
    ("word", "error", "state", "reason"),
    [
        (b"DELIVRD", b"000", SmsState.DELIVERED, "DELIVRD"),
        (b"UNDELIV", b"00A", SmsState.FAILED, "UNDELIV 00A"),
        (b"EXPIRED", b"1", SmsState.EXPIRED, "EXPIRED 1"),
        (b"ACCEPTD", b"0", SmsState.BUFFERED, "ACCEPTD"),
    ],
)
def test_a_receipts_words_are_a_state_and_a_reason(
    word: bytes, error: bytes, state: SmsState, reason: str
) -> None:
    receipt = receipts.read(message(_TEXT % (b"7", word, error)), "same")
    assert receipt is not None
    assert (receipt.state, receipt.reason) == (state, reason)


def test_a_word_that_says_nothing_changes_nothing() -> None:
    assert receipts.read(message(_TEXT % (b"7", b"UNKNOWN", b"0")), "same") is None


def test_tlvs_win_over_the_text() -> None:
    tlvs = ((Tag.RECEIPTED_MESSAGE_ID, b"0A\0"), (Tag.MESSAGE_STATE, b"\5"))
    receipt = receipts.read(message(_TEXT % (b"7", b"DELIVRD", b"0"), tlvs=tlvs), "hex")
    assert receipt is not None
    assert (receipt.message_id, receipt.state) == ("a", SmsState.FAILED)


@settings(deadline=None)
@given(st.binary(max_size=120))
def test_any_receipt_is_read_or_refused(octets: bytes) -> None:
    try:
        receipts.read(message(octets, esm_class=4), "decimal")
    except BadBody:
        pass


# --- statuses and moments ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (0x00, Verdict.ACCEPTED), (0x0B, Verdict.REFUSED), (0x58, Verdict.RETRY),
        (0x14, Verdict.RETRY), (0x08, None), (0x45, None), (0x0400, None),
    ],
)  # fmt: skip
def test_a_status_that_is_not_listed_is_unknown(status: int, verdict: Verdict | None) -> None:
    assert VERDICTS.get(status) == verdict
    assert Status.OK in VERDICTS


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("261129110000004+", datetime(2026, 11, 29, 10, 0, tzinfo=UTC)),
        ("261129110000004-", datetime(2026, 11, 29, 12, 0, tzinfo=UTC)),
        ("", None), ("000000010000000R", None), ("269929110000004+", None),
    ],
)  # fmt: skip
def test_a_moment_is_read_in_its_own_zone(text: str, at: datetime | None) -> None:
    assert smpp_time(text) == at
