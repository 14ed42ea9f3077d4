"""Who is dialling, their PIN, and what they set for themselves."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class WhoIs:
    """The profile of the dialling MSISDN; answered with Profile."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a session must know of its subscriber; kept in the session, so no secret in it."""

    registered: bool
    language: str | None = None
    currency: str = "NGN"
    country: str = "NG"
    balance_hidden: bool = False
    must_change_pin: bool = False
    blocked: bool = False
    is_agent: bool = False


class PinPurpose(StrEnum):
    ENROL = "enrol"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class ChoosePin:
    """Keep the hash of a new PIN until it is repeated. Replies: PinAccepted, WeakPin."""

    pin: Secret
    purpose: PinPurpose


@dataclass(frozen=True, slots=True)
class Enrol:
    """Register the dialling MSISDN with the PIN chosen before, now repeated.

    Replies: Done, PinMismatch, TooFast, Refused.
    """

    repeated: Secret
    language: str


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Verify the PIN before an act of this session. Replies: Done, WrongPin, PinLocked."""

    pin: Secret


@dataclass(frozen=True, slots=True)
class ChangePin:
    """Replace the PIN by the one chosen before, now repeated; needs CheckPin in this session.

    Replies: Done, PinMismatch, Refused.
    """

    repeated: Secret


@dataclass(frozen=True, slots=True)
class BlockAccount:
    """Nothing leaves the wallet any more until staff open it again.

    Replies: Done, WrongPin, PinLocked, Refused.
    """

    pin: Secret


@dataclass(frozen=True, slots=True)
class SetLanguage:
    """Replies: Done."""

    language: str


@dataclass(frozen=True, slots=True)
class SetBalanceHidden:
    """Replies: Done. Showing it again asks for the PIN first (CheckPin)."""

    hidden: bool


@dataclass(frozen=True, slots=True)
class PinAccepted:
    pass


class PinWeakness(StrEnum):
    NOT_DIGITS = "not_digits"
    TOO_EASY = "too_easy"


@dataclass(frozen=True, slots=True)
class WeakPin:
    why: PinWeakness


@dataclass(frozen=True, slots=True)
class PinMismatch:
    pass


AccountRequest = (
    WhoIs | ChoosePin | Enrol | CheckPin | ChangePin | BlockAccount | SetLanguage | SetBalanceHidden
)
AccountReply = Profile | PinAccepted | WeakPin | PinMismatch
