"""Numbers of SMPP 3.4 and what they mean to us.

Source: Short Message Peer to Peer Protocol Specification v3.4, issue 1.2: 5.1.2.1 (commands), 5.1.3
(statuses), 5.3.2 (optional parameters, TLVs), 5.2.12 (esm_class), Appendix B (receipts).
"""

from enum import IntEnum, StrEnum

from app.ports.channels import SmsState

ANSWER = 0x80000000
"""This bit in a command's number makes it the answer to that command."""


class Command(IntEnum):
    """The commands we send or understand."""

    GENERIC_NACK = 0x80000000
    SUBMIT_SM = 0x00000004
    SUBMIT_SM_RESP = 0x80000004
    DELIVER_SM = 0x00000005
    DELIVER_SM_RESP = 0x80000005
    UNBIND = 0x00000006
    UNBIND_RESP = 0x80000006
    BIND_TRANSCEIVER = 0x00000009
    BIND_TRANSCEIVER_RESP = 0x80000009
    ENQUIRE_LINK = 0x00000015
    ENQUIRE_LINK_RESP = 0x80000015


class Status(IntEnum):
    """The statuses we say, and those that the link itself acts on."""

    OK = 0x00000000
    INVALID_LENGTH = 0x00000002
    INVALID_COMMAND = 0x00000003
    WRONG_BIND_STATE = 0x00000004
    QUEUE_FULL = 0x00000014
    THROTTLED = 0x00000058
    TRY_LATER = 0x00000064
    NEVER = 0x00000065


class Tag(IntEnum):
    """TLVs we read or write."""

    RECEIPTED_MESSAGE_ID = 0x001E
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    USER_MESSAGE_REFERENCE = 0x0204
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427
    USSD_SERVICE_OP = 0x0501
    ITS_SESSION_INFO = 0x1383


class Verdict(StrEnum):
    """What a submit_sm_resp's status says of the short message."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETRY = "retry"
    """It wasn't taken now; it can't have been sent."""
    UNKNOWN = "unknown"
    """It may have been taken; it isn't sent again."""


_REFUSED = (
    0x01,  # message length
    0x06, 0x07, 0x0A, 0x0B,  # priority, registered delivery, source, destination
    0x15,  # service type
    0x40, 0x42, 0x43, 0x44,  # destination flag, submit with replace, esm class, distribution list
    0x48, 0x49, 0x50, 0x51,  # TON and NPI of source and destination
    0x53, 0x54, 0x61, 0x62, 0x63,  # system type, replace flag, schedule, validity, predefined text
    0xC0, 0xC1, 0xC2, 0xC3, 0xC4,  # TLVs
)  # fmt: skip
_RETRY = (Status.WRONG_BIND_STATE, Status.QUEUE_FULL, Status.THROTTLED)
VERDICTS: dict[int, Verdict] = {
    Status.OK: Verdict.ACCEPTED,
    **dict.fromkeys(_REFUSED, Verdict.REFUSED),
    **dict.fromkeys(_RETRY, Verdict.RETRY),
}
"""Status of a submit_sm_resp -> verdict; one not listed is UNKNOWN: 0x08 (system error) and 0x45
(submit failed) too, which some SMSCs say after they have taken a message."""

SLOW_DOWN = frozenset({Status.QUEUE_FULL, Status.THROTTLED})
"""We send too fast: everything waits for a while."""

RECEIPT_WORDS: dict[str, SmsState] = {
    "ENROUTE": SmsState.BUFFERED, "ACCEPTD": SmsState.BUFFERED, "DELIVRD": SmsState.DELIVERED,
    "EXPIRED": SmsState.EXPIRED, "DELETED": SmsState.FAILED, "UNDELIV": SmsState.FAILED,
    "REJECTD": SmsState.FAILED,
}  # fmt: skip
"""`stat:` of a receipt's text -> state; any other (UNKNOWN) changes nothing."""

RECEIPT_STATES: dict[int, str] = {
    1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD",
    7: "UNKNOWN", 8: "REJECTD",
}  # fmt: skip
"""The message_state TLV -> the word that a receipt's text has for it."""

UDH_PRESENT = 0x40
"""In esm_class: the text begins with a user data header."""
RECEIPT = 0x04
"""In esm_class of a deliver_sm: it is a delivery receipt."""
MESSAGE_TYPE = 0x3C
"""The bits of esm_class that say what kind of message it is."""
