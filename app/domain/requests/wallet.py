"""Looking at a wallet."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.money import Money
from app.domain.requests.purchases import Purchase
from app.domain.secret import Secret


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
    last_purchase: Purchase | None
    can_send: bool = True


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
class RevealBalance:
    """A hidden balance, for its PIN. Replies: Money, WrongPin, PinLocked."""

    pin: Secret


WalletRequest = GetBalance | GetHome | GetTransactions | RevealBalance
WalletReply = Money | Home | tuple[Movement, ...]
