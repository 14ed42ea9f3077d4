"""What is asked of a wallet besides purchases, and what comes back: sending money, adding money.

Part of app.domain.requests, by the same rules.
"""

from dataclasses import dataclass

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class FindRecipient:
    """Whose number is this? Answered with Recipient."""

    msisdn: Msisdn


@dataclass(frozen=True, slots=True)
class Recipient:
    registered: bool


@dataclass(frozen=True, slots=True)
class SendMoney:
    """Send money to a number; one that isn't registered has 72 hours to do so.

    Replies: MoneySent, WrongPin, PinLocked, NotEnough, LimitReached, Refused.
    """

    recipient: Msisdn
    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class MoneySent:
    """`waits`: the recipient must register first."""

    reference: str
    waits: bool


@dataclass(frozen=True, slots=True)
class AskPayInAccount:
    """The bank account to add money through; opened if there is none yet.

    Replies: PayInAccount, PayInAsked, Refused.
    """


@dataclass(frozen=True, slots=True)
class LookForPayment:
    """Money was sent and hasn't arrived: have it looked for. Replies: Done, Refused."""


@dataclass(frozen=True, slots=True)
class PayInAccount:
    """Transfers to this account reach the wallet."""

    number: str
    bank: str
    name: str


@dataclass(frozen=True, slots=True)
class PayInAsked:
    """The account is being opened; its number comes by SMS."""
