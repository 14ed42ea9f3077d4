"""The replies about money put in, sent and taken out, for `nexustop menus check`."""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.banks import BANKS
from app.domain.charges import ChargeState
from app.domain.requests import (
    AskPayInAccount,
    CashLimitReached,
    ChargeAsked,
    ChargeAskedBefore,
    ChargeShown,
    Done,
    FindRecipient,
    FundingWays,
    GetCharge,
    GetFundingWays,
    GetTransactions,
    LimitReached,
    LookForPayment,
    MoneySent,
    Movement,
    NotEnough,
    PayInAccount,
    PayInAsked,
    QuoteWithdrawal,
    Recipient,
    RedeemVoucher,
    Refusal,
    Refused,
    SendMoney,
    SendStatement,
    StartCharge,
    TooFast,
    VoucherIsYours,
    VoucherMistyped,
    VoucherNotGood,
    VoucherRedeemed,
    VouchersStopped,
    VoucherTooMuch,
    Withdraw,
    WithdrawalQuote,
    WithdrawalReady,
)
from app.domain.secret import Secret
from menus.texts.longest import AGENT_NAME, AMOUNT, BALANCE, DIAL, MASKED, PAY_IN, REFERENCE, UNTIL

_MOVEMENTS = tuple(
    Movement(kind, -AMOUNT, f"order:{REFERENCE}:{kind}", UNTIL)
    for kind in (
        "hold",
        "void",
        "reversal",
        "funding",
        "topup",
        "taken_back",
        "debt",
        "transfer",
        "return",
        "voucher",
        "adjustment",
        "anything else",
    )
)


def wallet_replies(
    pin_refused: tuple[object, ...],
) -> dict[type, Callable[[Any], Iterable[object]]]:
    """By request; `pin_refused` is what every PIN can get."""
    return {
        GetTransactions: lambda asked: ((), _MOVEMENTS[: asked.limit]),
        FindRecipient: lambda asked: (
            Recipient(registered=True),
            Recipient(registered=True, name=MASKED),
            Recipient(registered=False),
            *((Refused(Refusal.CANNOT_RECEIVE),) if asked.amount else ()),
        ),
        SendMoney: lambda asked: (
            MoneySent(REFERENCE, waits=False),
            MoneySent(REFERENCE, waits=True),
            NotEnough(BALANCE, asked.amount),
            LimitReached(AMOUNT),
            TooFast(UNTIL),
            *pin_refused,
        ),
        AskPayInAccount: lambda _: (
            PayInAccount(*PAY_IN),
            PayInAsked(),
            *map(Refused, (Refusal.NO_MONEY_IN_HERE,)),
        ),
        GetFundingWays: lambda _: (
            FundingWays(bank_transfer=True, banks=tuple(BANKS), prompt=True),
            FundingWays(bank_transfer=False, banks=(), prompt=False),
        ),
        StartCharge: lambda asked: (
            ChargeAsked(REFERENCE),
            ChargeAskedBefore(REFERENCE, asked.amount),
            *map(Refused, (Refusal.NO_MONEY_IN_HERE, Refusal.NOT_REGISTERED)),
        ),
        GetCharge: lambda _: (
            *(ChargeShown(state, AMOUNT, "") for state in ChargeState),
            ChargeShown(ChargeState.STARTED, AMOUNT, DIAL),
            Refused(Refusal.NO_MONEY_IN_HERE),
        ),
        LookForPayment: lambda _: (Done(), Refused(Refusal.NOT_REGISTERED)),
        RedeemVoucher: lambda _: (
            VoucherRedeemed(REFERENCE, AMOUNT, BALANCE),
            VoucherMistyped(),
            VoucherNotGood(),
            VoucherIsYours(),
            VoucherTooMuch(AMOUNT),
            VouchersStopped(UNTIL),
            Refused(Refusal.NOT_REGISTERED),
        ),
        SendStatement: lambda _: (Done(), Refused(Refusal.NOT_REGISTERED)),
        QuoteWithdrawal: lambda asked: (
            WithdrawalQuote(AMOUNT, AGENT_NAME if asked.agent else ""),
            Refused(Refusal.NO_SUCH_AGENT),
            Refused(Refusal.NO_CASH_HERE),
        ),
        Withdraw: lambda asked: (
            WithdrawalReady(REFERENCE, Secret("000000"), asked.amount, UNTIL),
            NotEnough(BALANCE, asked.amount),
            LimitReached(AMOUNT),
            CashLimitReached(AMOUNT),
            TooFast(UNTIL),
            *pin_refused,
        ),
    }
