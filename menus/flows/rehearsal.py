"""Every reply the flows can get, as long as it gets, for `nexustop menus check`."""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.money import Money
from app.domain.orders import OrderState
from app.domain.requests import (
    AgentDesk,
    AskAgain,
    AskFloat,
    AskPayInAccount,
    BlockAccount,
    BuyAirtime,
    BuyFloat,
    CashDone,
    CashIn,
    CashLimitReached,
    ChangePin,
    CheckPin,
    ChoosePin,
    CodeWrong,
    CommissionTaken,
    DeclineFloat,
    Done,
    Enrol,
    FindRecipient,
    FindSamePurchase,
    FloatAsked,
    FloatMoved,
    FloatRequest,
    GetAgentDesk,
    GetAgentMovements,
    GetBalance,
    GetFloatRequests,
    GetHome,
    GetPurchases,
    GetTransactions,
    GiveFloat,
    Home,
    LimitReached,
    LookForPayment,
    MoneySent,
    Movement,
    NotEnough,
    OrderPlaced,
    PayInAccount,
    PayInAsked,
    PayOut,
    PinAccepted,
    PinLocked,
    PinMismatch,
    PinPurpose,
    PinWeakness,
    ProblemReported,
    Profile,
    Purchase,
    QuoteWithdrawal,
    Recipient,
    Refusal,
    Refused,
    ReportProblem,
    RevealBalance,
    Same,
    SendFloat,
    SendMoney,
    SetBalanceHidden,
    SetLanguage,
    TakeCommission,
    WeakPin,
    WhoIs,
    Withdraw,
    WithdrawalQuote,
    WithdrawalReady,
    WrongPin,
)
from app.domain.secret import Secret
from menus.engine.rehearsal import Cast
from menus.texts.longest import (
    AGENT_NAME,
    AMOUNT,
    BALANCE,
    OPERATOR,
    PAY_IN,
    RECIPIENT,
    REFERENCE,
    SMS_CODE,
    UNTIL,
)

_REFUSED = tuple(Refused(why) for why in Refusal)
_PIN_REFUSED = (WrongPin(1), WrongPin(2), PinLocked(None), PinLocked(UNTIL), *_REFUSED)


def _purchase(state: OrderState) -> Purchase:
    return Purchase(REFERENCE, OPERATOR.code, RECIPIENT, AMOUNT, state, UNTIL)


_PURCHASES = tuple(map(_purchase, OrderState))
_MOVEMENTS = tuple(
    Movement(kind, -AMOUNT, f"order:{REFERENCE}:{kind}", UNTIL)
    for kind in (
        "hold",
        "void",
        "reversal",
        "funding",
        "topup",
        "transfer",
        "return",
        "adjustment",
        "anything else",
    )
)

_FLOAT_MOVEMENTS = tuple(
    Movement(kind, -AMOUNT, f"float:{REFERENCE}", UNTIL)
    for kind in ("cash_in", "paid_out", "float", "cash_out", "commission")
)


def _float_replies(amount: Money) -> tuple[object, ...]:
    return (FloatMoved(REFERENCE), NotEnough(BALANCE, amount), *_PIN_REFUSED)


_REPLIES: dict[type, Callable[[Any], Iterable[object]]] = {
    GetBalance: lambda _: (BALANCE,),
    GetHome: lambda _: (
        Home(BALANCE, None, can_send=False),
        Home(BALANCE, None),
        Home(BALANCE, _PURCHASES[0]),
    ),
    GetPurchases: lambda asked: (
        (),
        *(_PURCHASES[n : n + asked.limit] for n in range(0, len(_PURCHASES), asked.limit)),
    ),
    GetTransactions: lambda asked: ((), _MOVEMENTS[: asked.limit]),
    FindSamePurchase: lambda _: (Same(None), Same(59)),
    FindRecipient: lambda _: (Recipient(registered=True), Recipient(registered=False)),
    ChoosePin: lambda asked: (
        PinAccepted(),
        *map(WeakPin, PinWeakness),
        *(_REFUSED if asked.purpose is PinPurpose.CHANGE else ()),
    ),
    Enrol: lambda _: (Done(), PinMismatch(), *_REFUSED),
    CheckPin: lambda _: (Done(), *_PIN_REFUSED),
    ChangePin: lambda _: (Done(), PinMismatch(), *_REFUSED),
    RevealBalance: lambda _: (BALANCE, *_PIN_REFUSED),
    BlockAccount: lambda _: (Done(), *_PIN_REFUSED),
    SetBalanceHidden: lambda _: (Done(),),
    BuyAirtime: lambda asked: (
        OrderPlaced(REFERENCE),
        NotEnough(BALANCE, asked.amount),
        LimitReached(AMOUNT),
        *_PIN_REFUSED,
    ),
    SendMoney: lambda asked: (
        MoneySent(REFERENCE, waits=False),
        MoneySent(REFERENCE, waits=True),
        NotEnough(BALANCE, asked.amount),
        LimitReached(AMOUNT),
        *_PIN_REFUSED,
    ),
    AskPayInAccount: lambda _: (
        PayInAccount(*PAY_IN),
        PayInAsked(),
        *map(Refused, (Refusal.NO_MONEY_IN_HERE,)),
    ),
    LookForPayment: lambda _: (Done(), Refused(Refusal.NOT_REGISTERED)),
    AskAgain: lambda _: (Done(), *_REFUSED),
    ReportProblem: lambda _: (ProblemReported(REFERENCE), *_REFUSED),
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
        *_PIN_REFUSED,
    ),
    GetAgentDesk: lambda _: (
        AgentDesk(BALANCE, AMOUNT, 9, has_parent=True),
        AgentDesk(BALANCE, AMOUNT, 0, has_parent=False),
        Refused(Refusal.NOT_AN_AGENT),
    ),
    GetAgentMovements: lambda asked: ((), _FLOAT_MOVEMENTS[: asked.limit]),
    GetFloatRequests: lambda asked: (
        (),
        (FloatRequest(REFERENCE, RECIPIENT, AMOUNT),) * asked.limit,
    ),
    CashIn: lambda asked: (
        CashDone(REFERENCE, AMOUNT),
        NotEnough(BALANCE, asked.amount),
        CashLimitReached(AMOUNT),
        *_PIN_REFUSED,
    ),
    PayOut: lambda _: (
        CashDone(REFERENCE, AMOUNT),
        CodeWrong(),
        CashLimitReached(AMOUNT),
        *_PIN_REFUSED,
    ),
    SendFloat: lambda asked: _float_replies(asked.amount),
    BuyFloat: lambda asked: _float_replies(asked.amount),
    GiveFloat: lambda _: _float_replies(AMOUNT),
    AskFloat: lambda _: (FloatAsked(REFERENCE), Refused(Refusal.NO_SUCH_AGENT)),
    DeclineFloat: lambda _: (Done(), Refused(Refusal.NOTHING_OPEN)),
    TakeCommission: lambda _: (CommissionTaken(REFERENCE, AMOUNT), *_PIN_REFUSED),
}

TYPED = (
    "7392",
    "482913",
    "0803 000 0001",
    "0801 234 5678",
    "10",
    str(AMOUNT).removesuffix(".00"),
    "?",
)
"""A PIN, a code, numbers of a known and of no known operator, amounts within and outside limits."""


LENGTHS = frozenset(
    "amount asked balance earned fee float left minutes operator price recipient reference request"
    " ticket total until".split()
)
"""What only makes a text longer or shorter."""


def cast(language: str) -> Cast:
    """A rehearsal in this language (the first dial offers all of them)."""
    sims = [
        {"msisdn": RECIPIENT, "network": network, "sms_code": SMS_CODE}
        for network in (OPERATOR.network_codes[0], "00000")
    ]
    stranger = {"msisdn": "+2347000000000", "network": "", "sms_code": SMS_CODE}
    openings = (stranger, *reversed(sims))
    return Cast(openings, lambda request: _answers(language, request), TYPED, LENGTHS)


def _answers(language: str, request: object) -> Iterable[object]:
    if isinstance(request, WhoIs):
        return (
            Profile(registered=False),
            Profile(registered=False, country="KE", currency="KES"),
            Profile(registered=True, language=language),
            Profile(registered=True, language=language, balance_hidden=True),
            Profile(registered=True, language=language, must_change_pin=True),
            Profile(registered=True, language=language, blocked=True),
            Profile(registered=True, language=language, is_agent=True),
        )
    if isinstance(request, SetLanguage):
        return (Done(),) if request.language == language else ()
    if isinstance(request, Enrol) and request.language != language:
        return (PinMismatch(),)
    return _REPLIES[type(request)](request)
