"""Adding money to a wallet."""

from dataclasses import dataclass


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


FundingRequest = AskPayInAccount | LookForPayment
FundingReply = PayInAccount | PayInAsked
