"""Redeeming a recharge PIN bought in a shop."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.money import Money
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class RedeemVoucher:
    """The digits as they were typed. A wrong one counts against the MSISDN.

    Replies: VoucherRedeemed, VoucherMistyped, VoucherNotGood, VoucherIsYours, VoucherTooMuch,
    VouchersStopped, Refused.
    """

    pin: Secret


@dataclass(frozen=True, slots=True)
class VoucherRedeemed:
    reference: str
    amount: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class VoucherMistyped:
    """These digits can't be a PIN: there are too few or too many, or the check digit is wrong."""


@dataclass(frozen=True, slots=True)
class VoucherNotGood:
    """There is no such PIN, or it was used, is void or too old: a guesser learns no more."""


@dataclass(frozen=True, slots=True)
class VoucherIsYours:
    """The same subscriber has redeemed it before."""


@dataclass(frozen=True, slots=True)
class VoucherTooMuch:
    """It would take the wallet over its balance limit; the PIN stays good."""

    amount: Money


@dataclass(frozen=True, slots=True)
class VouchersStopped:
    """Too many wrong ones: none is looked up before `until`."""

    until: datetime


VoucherRequest = RedeemVoucher
VoucherReply = (
    VoucherRedeemed
    | VoucherMistyped
    | VoucherNotGood
    | VoucherIsYours
    | VoucherTooMuch
    | VouchersStopped
)
