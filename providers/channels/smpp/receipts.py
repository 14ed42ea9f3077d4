"""Delivery receipts: deliver_sm whose esm_class says so. Pure reading.

Source: SMPP specification v3.4, Appendix B (`id:IIIIIIIIII sub:SSS dlvrd:DDD submit date:... done
date:... stat:DDDDDDD err:E text:...`, "typical, but vendor specific") and 5.3.2.12, 5.3.2.35 (the
TLVs receipted_message_id and message_state, which win over the text where they are given).
"""

import re
from typing import Literal

from app.ports.smpp import Receipt
from providers.channels.smpp.codes import (
    MESSAGE_TYPE,
    RECEIPT,
    RECEIPT_STATES,
    RECEIPT_WORDS,
    Tag,
)
from providers.channels.smpp.pdu import BadBody, ShortMessage

AnswerIds = Literal["same", "hex", "decimal"]
"""The form of the ids in an SMSC's answers: that of its receipts' texts, or hexadecimal (there:
decimal), or decimal (there: hexadecimal). It is a setting because guessing finds the wrong message:
16 is an id in both forms."""

_ID = re.compile(rb"\bid:\s*([0-9A-Za-z._-]{1,64})")
_STAT = re.compile(rb"\bstat:\s*([A-Za-z]{1,10})", re.IGNORECASE)
_ERR = re.compile(rb"\berr:\s*([0-9A-Za-z]{1,10})", re.IGNORECASE)


def is_receipt(message: ShortMessage) -> bool:
    return message.esm_class & MESSAGE_TYPE == RECEIPT


def read(message: ShortMessage, answer_ids: AnswerIds) -> Receipt | None:
    """Its `message_id` is as stored_id makes it; None when it says nothing new.

    Raises BadBody when no message is named.
    """
    text = message.octets
    given = message.tlv(Tag.RECEIPTED_MESSAGE_ID)
    if given:
        message_id = stored_id(given.split(b"\0", 1)[0].decode("latin-1"), answer_ids)
    else:
        message_id = _from_text(_found(_ID, text), answer_ids)
    if not message_id:
        raise BadBody("a receipt names no message")
    word = RECEIPT_STATES.get((message.tlv(Tag.MESSAGE_STATE) or b"\0")[0])
    word = word or _found(_STAT, text).upper()
    error = _found(_ERR, text)
    reason = f"{word} {error}" if error.strip("0") else word
    state = RECEIPT_WORDS.get(word)
    return Receipt(message_id, state, reason) if state else None


def _found(pattern: re.Pattern[bytes], text: bytes) -> str:
    match = pattern.search(text)
    return match[1].decode("ascii") if match else ""


def stored_id(message_id: str, answer_ids: AnswerIds) -> str:
    """An answer's id as it is kept and looked for: numbers without leading zeros, hexadecimal in
    small letters."""
    if answer_ids == "same":
        return message_id
    return message_id.lower().lstrip("0") or message_id


def _from_text(message_id: str, answer_ids: AnswerIds) -> str:
    try:
        if answer_ids == "hex":
            return f"{int(message_id):x}"
        if answer_ids == "decimal":
            return str(int(message_id, 16))
    except ValueError:
        pass
    return message_id
