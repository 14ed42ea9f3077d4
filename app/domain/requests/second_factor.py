"""Proving more than the PIN: codes of a list or an app, and an agent's approval."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.msisdn import Msisdn
from app.domain.second_factor import FactorKind, Subject
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class AskSecondFactor:
    """What must be proven before the PIN is asked for? Replies: FactorsWanted, FactorLocked,
    Refused."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class FactorsWanted:
    """Any one of `kinds`; none: nothing more is wanted. `position`: which code of the list."""

    kinds: tuple[FactorKind, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class ProveSecondFactor:
    """A code of the list or the app, for exactly this act in this session. Replies: Proved,
    CodeIsWrong, FactorLocked, Refused."""

    kind: FactorKind
    code: Secret
    subject: Subject


@dataclass(frozen=True, slots=True)
class Proved:
    pass


@dataclass(frozen=True, slots=True)
class CodeIsWrong:
    """Wrong, used before, or another code of the list."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class FactorLocked:
    """Too many wrong codes: none is looked at for a day."""


@dataclass(frozen=True, slots=True)
class AskApproval:
    """Have an agent approve it. Replies: ApprovalAsked, Refused."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class ApprovalAsked:
    """`code` is for the agent, until `until`."""

    code: Secret
    until: datetime


@dataclass(frozen=True, slots=True)
class FindApproval:
    """An agent is told number and code by a customer. Replies: ApprovalFound, CodeWrong,
    Refused."""

    customer: Msisdn
    code: Secret


@dataclass(frozen=True, slots=True)
class ApprovalFound:
    reference: str
    customer: Msisdn
    subject: Subject


@dataclass(frozen=True, slots=True)
class ApprovePurchase:
    """The agent who found it approves it. Replies: PurchaseApproved, CodeWrong, WrongPin,
    PinLocked, Refused."""

    reference: str
    pin: Secret


@dataclass(frozen=True, slots=True)
class PurchaseApproved:
    """The customer must dial again before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class GetCodeApp:
    """Answered with CodeApp."""


@dataclass(frozen=True, slots=True)
class CodeApp:
    """`added`: a key was shown; `confirmed`: a code of it was typed, so it counts."""

    added: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class AddCodeApp:
    """A new key for an app or token. Replies: CodeAppKey, WrongPin, PinLocked, Refused."""

    pin: Secret


@dataclass(frozen=True, slots=True)
class CodeAppKey:
    """Base32, for the app."""

    key: Secret


@dataclass(frozen=True, slots=True)
class ConfirmCodeApp:
    """The app's first code. Replies: Done, CodeIsWrong, FactorLocked, Refused."""

    code: Secret


@dataclass(frozen=True, slots=True)
class RemoveCodeApp:
    """Needs ProveSecondFactor before. Replies: Done, WrongPin, PinLocked, Refused."""

    pin: Secret


FactorRequest = (
    AskSecondFactor
    | ProveSecondFactor
    | AskApproval
    | FindApproval
    | ApprovePurchase
    | GetCodeApp
    | AddCodeApp
    | ConfirmCodeApp
    | RemoveCodeApp
)
FactorReply = (
    FactorsWanted
    | Proved
    | CodeIsWrong
    | FactorLocked
    | ApprovalAsked
    | ApprovalFound
    | PurchaseApproved
    | CodeApp
    | CodeAppKey
)
