"""How well we know a subscriber, and what follows from it."""

from dataclasses import dataclass

from app.domain.documents import Document
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class GetLimits:
    """What may be spent and held; answered with MyLimits."""


@dataclass(frozen=True, slots=True)
class MyLimits:
    """Per day and in the wallet, None without a limit; `missing` are the identity numbers that
    would raise them."""

    day: Money | None
    balance: Money | None
    missing: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class ConfirmIdentity:
    """The dialling subscriber's own identity number. Replies: IdentityAsked, TooFast, Refused."""

    document: Document
    number: Secret


@dataclass(frozen=True, slots=True)
class ConfirmCustomer:
    """An agent has seen a customer and the document; needs CheckPin in this session.

    Replies: IdentityAsked, TooFast, Refused.
    """

    customer: Msisdn
    document: Document
    number: Secret


@dataclass(frozen=True, slots=True)
class IdentityAsked:
    """The number is being looked up; an SMS to its owner tells what came of it."""


IdentityRequest = GetLimits | ConfirmIdentity | ConfirmCustomer
IdentityReply = MyLimits | IdentityAsked
