"""Sending money to another number."""

from dataclasses import dataclass

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class FindRecipient:
    """Whose number is this? Answered with Recipient, or Refused where its wallet may not take in
    this amount."""

    msisdn: Msisdn
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """`name` is the verified one, masked; empty where there is none."""

    registered: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class SendMoney:
    """Send money to a number; one that isn't registered has 72 hours to do so.

    Replies: MoneySent, WrongPin, PinLocked, NotEnough, LimitReached, TooFast, Refused.
    """

    recipient: Msisdn
    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class MoneySent:
    """`waits`: the recipient must register first."""

    reference: str
    waits: bool


TransferRequest = FindRecipient | SendMoney
TransferReply = Recipient | MoneySent
