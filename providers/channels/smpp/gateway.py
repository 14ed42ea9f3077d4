"""SMPP as an SMS gateway: an SMS is put where the SMPP process finds it, cut into its parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.ports.channels import MtSms, SmsAccepted, SmsNotSent, SmsOutcome, SmsRefused
from app.ports.smpp import SmsPart
from providers.channels.smpp.alphabets import DefaultAlphabet
from providers.channels.smpp.parts import cut
from providers.channels.smpp.pdu import Address, ShortMessage

NAME = "smpp"
_INTERNATIONAL, _UNKNOWN, _ALPHANUMERIC, _ISDN = 1, 0, 5, 1
_ASK_FOR_RECEIPT = 1

Put = Callable[[MtSms, str, Sequence[SmsPart]], bool]
"""Stores the parts of an SMS from a sender, once per reference; False when it can't now."""


@dataclass(frozen=True, slots=True)
class SmppSms:
    """An SmsGateway. What it answers as the gateway's id is our own reference: the SMSC's ids, one
    for each part, are the SMPP process's business."""

    sender: str
    alphabet: DefaultAlphabet
    put: Put
    name = NAME

    def send(self, sms: MtSms) -> SmsOutcome:
        try:
            parts = cut(sms.text, sms.reference, self.alphabet)
        except ValueError:
            return SmsRefused("too_long")
        if not self.put(sms, sms.sender or self.sender, parts):
            return SmsNotSent("database")
        return SmsAccepted(sms.reference)


def submission(sender: str, msisdn: str, part: SmsPart) -> ShortMessage:
    """The submit_sm of a part, with a receipt asked for."""
    return ShortMessage(
        _source(sender), Address(_INTERNATIONAL, _ISDN, msisdn.lstrip("+")), part.text,
        part.data_coding, part.esm_class, _ASK_FOR_RECEIPT,
    )  # fmt: skip


def _source(sender: str) -> Address:
    if sender.startswith("+"):
        return Address(_INTERNATIONAL, _ISDN, sender[1:])
    if sender.isdigit():
        return Address(_UNKNOWN, _ISDN, sender)
    return Address(_ALPHANUMERIC, _UNKNOWN, sender[:11])
