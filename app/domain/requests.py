"""What a menu, an SMS keyword or the API asks of the services, and what it gets back.

Requests and replies are plain data: every channel builds the same ones, so there is one way to
read a wallet and one way to move money. A query changes nothing; a command may, and is safe to
run again with the same `Origin`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState
from app.domain.secret import Secret
from app.domain.wallet_requests import (
    AskPayInAccount,
    FindRecipient,
    LookForPayment,
    MoneySent,
    PayInAccount,
    PayInAsked,
    Recipient,
    SendMoney,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from; (channel, session, step) is the key that makes it count once."""

    channel: str
    session: str
    step: int
    msisdn: Msisdn


# --- queries ---------------------------------------------------------------------------------


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


@dataclass(frozen=True, slots=True)
class GetBalance:
    """What can be spent (posted less held); answered with Money."""


@dataclass(frozen=True, slots=True)
class GetHome:
    """What the main menu shows, in one read; answered with Home."""


@dataclass(frozen=True, slots=True)
class Home:
    """`can_send`: whether money may be sent from wallet to wallet here."""

    balance: Money
    last_purchase: "Purchase | None"
    can_send: bool = True


@dataclass(frozen=True, slots=True)
class GetPurchases:
    """The latest purchases, newest first; answered with tuple[Purchase, ...]."""

    limit: int = 5


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order as its buyer sees it. `operator` is a code of app.domain.operators."""

    reference: str
    operator: str
    recipient: Msisdn
    amount: Money
    state: OrderState
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class GetTransactions:
    """The wallet's latest movements, newest first; answered with tuple[Movement, ...]."""

    limit: int = 5


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of a wallet's statement; `amount` is negative when money left the wallet."""

    kind: str
    amount: Money
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FindSamePurchase:
    """Was this bought within the window in which operators refuse a repeat? Answered with Same."""

    recipient: Msisdn
    amount: Money


@dataclass(frozen=True, slots=True)
class Same:
    minutes_ago: int | None


# --- commands --------------------------------------------------------------------------------


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

    Replies: Done, PinMismatch.
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
class RevealBalance:
    """A hidden balance, for its PIN. Replies: Money, WrongPin, PinLocked."""

    pin: Secret


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
class BuyAirtime:
    """Hold the money and place the order.

    Replies: OrderPlaced, WrongPin, PinLocked, NotEnough, LimitReached, Refused.
    """

    recipient: Msisdn
    operator: str
    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class AskAgain:
    """Have an open purchase looked into at once. Replies: Done, Refused."""

    reference: str


@dataclass(frozen=True, slots=True)
class ReportProblem:
    """Store a complaint about a purchase for staff. Replies: ProblemReported."""

    reference: str


# --- replies ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    pass


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


@dataclass(frozen=True, slots=True)
class WrongPin:
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    """`until` is None when only staff or an agent can unlock."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class NotEnough:
    balance: Money
    price: Money


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A daily or per-purchase limit; `left` is what may still be spent today."""

    left: Money


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    reference: str


@dataclass(frozen=True, slots=True)
class ProblemReported:
    ticket: str


class Refusal(StrEnum):
    NOT_REGISTERED = "not_registered"
    BLOCKED = "blocked"
    MUST_CHANGE_PIN = "must_change_pin"
    PIN_BY_SMS_OFF = "pin_by_sms_off"
    NOT_SOLD_HERE = "not_sold_here"
    NOT_SENT_HERE = "not_sent_here"
    NO_MONEY_IN_HERE = "no_money_in_here"
    NOTHING_OPEN = "nothing_open"
    PIN_NOT_CHECKED = "pin_not_checked"


@dataclass(frozen=True, slots=True)
class Refused:
    """The request can't be done at all, and asking again won't help."""

    why: Refusal


Query = (
    WhoIs | GetBalance | GetHome | GetPurchases | GetTransactions | FindSamePurchase | FindRecipient
)
Command = (
    ChoosePin
    | Enrol
    | CheckPin
    | ChangePin
    | RevealBalance
    | BlockAccount
    | SetLanguage
    | SetBalanceHidden
    | BuyAirtime
    | SendMoney
    | AskPayInAccount
    | LookForPayment
    | AskAgain
    | ReportProblem
)
Request = Query | Command
Reply = (
    Profile
    | Home
    | Money
    | tuple[Purchase, ...]
    | tuple[Movement, ...]
    | Same
    | Recipient
    | Done
    | PinAccepted
    | WeakPin
    | PinMismatch
    | WrongPin
    | PinLocked
    | NotEnough
    | LimitReached
    | OrderPlaced
    | MoneySent
    | PayInAccount
    | PayInAsked
    | ProblemReported
    | Refused
)
