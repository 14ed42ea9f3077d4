"""Every reply the flows can get, as long as it gets, for `nexustop menus check`."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.domain.aliases import DEFAULT_ALIASES
from app.domain.catalogue import AIRTIME as AIRTIME_CODE
from app.domain.documents import Document
from app.domain.orders import OrderState
from app.domain.requests import (
    AskAgain,
    BlockAccount,
    BuyAirtime,
    ChangePin,
    CheckPin,
    ChoosePin,
    ConfirmIdentity,
    Done,
    Enrol,
    FindOperator,
    FindSamePurchase,
    GetBalance,
    GetHome,
    GetLimits,
    GetPurchases,
    Home,
    IdentityAsked,
    LimitReached,
    MyLimits,
    NotEnough,
    OperatorKnown,
    OrderPlaced,
    PinAccepted,
    PinLocked,
    PinMismatch,
    PinPurpose,
    PinWeakness,
    PriceChanged,
    ProblemReported,
    Profile,
    Purchase,
    QuoteAbroad,
    Quoted,
    Refusal,
    Refused,
    ReportProblem,
    RevealBalance,
    Same,
    SetBalanceHidden,
    SetLanguage,
    TooFast,
    WeakPin,
    WhoIs,
    WrongPin,
)
from menus.engine.rehearsal import Cast
from menus.flows.rehearsal_agent import agent_replies
from menus.flows.rehearsal_data import data_replies, saved_replies, schedule_replies
from menus.flows.rehearsal_factors import factor_replies
from menus.flows.rehearsal_left import left_behind
from menus.flows.rehearsal_wallet import wallet_replies
from menus.texts.longest import (
    ABROAD,
    ABROAD_NUMBER,
    ABROAD_OPERATOR,
    AIRTIME,
    AMOUNT,
    BALANCE,
    OPERATOR,
    PLAN_CODE,
    RATE,
    RECIPIENT,
    REFERENCE,
    SMS_CODE,
    UNTIL,
)

_REFUSED = tuple(Refused(why) for why in Refusal)
_PIN_REFUSED = (WrongPin(1), WrongPin(2), PinLocked(None), PinLocked(UNTIL), *_REFUSED)


def _purchase(state: OrderState) -> Purchase:
    return Purchase(REFERENCE, OPERATOR.code, AIRTIME_CODE, RECIPIENT, AMOUNT, AMOUNT, state, UNTIL)


def _purchase_abroad(state: OrderState) -> Purchase:
    return Purchase(
        REFERENCE, ABROAD_OPERATOR.code, AIRTIME_CODE, ABROAD_NUMBER, ABROAD, AMOUNT, state, UNTIL
    )


_AT_HOME = tuple(map(_purchase, OrderState))
_PURCHASES = (*_AT_HOME, *map(_purchase_abroad, OrderState))
_OF_DATA = tuple(replace(purchase, product=PLAN_CODE) for purchase in _AT_HOME)

_REPLIES: dict[type, Callable[[Any], Iterable[object]]] = {
    GetBalance: lambda _: (BALANCE,),
    GetHome: lambda _: (
        Home(BALANCE, None, can_send=False),
        Home(BALANCE, None),
        Home(BALANCE, _PURCHASES[0]),
        Home(BALANCE, _PURCHASES[-1]),
        Home(BALANCE, _OF_DATA[0]),
    ),
    GetPurchases: lambda asked: (
        (),
        *(
            kind[n : n + asked.limit]
            for kind in (_PURCHASES, _OF_DATA)
            for n in range(0, len(kind), asked.limit)
        ),
    ),
    FindOperator: lambda _: (
        OperatorKnown(OPERATOR.code),
        OperatorKnown("safaricom-ke"),
        OperatorKnown(None),
    ),
    FindSamePurchase: lambda _: (Same(None), Same(59), Same(None, stopped=True)),
    ChoosePin: lambda asked: (
        PinAccepted(),
        *map(WeakPin, PinWeakness),
        *(_REFUSED if asked.purpose is PinPurpose.CHANGE else ()),
    ),
    Enrol: lambda _: (Done(), PinMismatch(), TooFast(UNTIL), *_REFUSED),
    CheckPin: lambda _: (Done(), *_PIN_REFUSED),
    ChangePin: lambda _: (Done(), PinMismatch(), *_REFUSED),
    RevealBalance: lambda _: (BALANCE, *_PIN_REFUSED),
    BlockAccount: lambda _: (Done(), *_PIN_REFUSED),
    SetBalanceHidden: lambda _: (Done(),),
    QuoteAbroad: lambda _: (Quoted(AMOUNT, RATE), Refused(Refusal.NO_RATE)),
    BuyAirtime: lambda asked: (
        OrderPlaced(REFERENCE),
        OrderPlaced(REFERENCE, UNTIL),
        PriceChanged(Quoted(AMOUNT, RATE)),
        NotEnough(BALANCE, asked.amount),
        LimitReached(AMOUNT),
        TooFast(UNTIL),
        *_PIN_REFUSED,
    ),
    AskAgain: lambda _: (Done(), *_REFUSED),
    ReportProblem: lambda _: (ProblemReported(REFERENCE, UNTIL), *_REFUSED),
    GetLimits: lambda _: (
        MyLimits(BALANCE, BALANCE, tuple(Document)),
        MyLimits(None, None, ()),
        Refused(Refusal.NOT_REGISTERED),
    ),
    ConfirmIdentity: lambda _: (IdentityAsked(), TooFast(UNTIL), *_REFUSED),
    **wallet_replies(_PIN_REFUSED),
    **agent_replies(_PIN_REFUSED, _REFUSED),
    **factor_replies(_PIN_REFUSED),
    **data_replies(_PIN_REFUSED),
    **saved_replies(_REFUSED),
    **schedule_replies(_PIN_REFUSED, _REFUSED),
}

TYPED = (
    "7392",
    "482913",
    "4829",
    "12345678901",
    "0803 000 0001",
    "0801 234 5678",
    "0712 345 678",
    ABROAD_NUMBER,
    "+27 82 123 4567",
    "10",
    str(AIRTIME),
    "5,000,000",
    "Mama",
    "?",
)
"""A PIN, codes, an identity number, numbers at home and elsewhere, amounts within and outside
limits, a name."""


DIALLED = ("500", *(text.partition("=")[0] for text in DEFAULT_ALIASES))
"""An amount, and every named code."""


LENGTHS = frozenset(
    "account act amount asked at at_agent balance bank called day dearer document earned fee float"
    " holder kinds left minutes named operator plan position price rate recipient reference request"
    " schedule state term ticket total until".split()
)
"""What only makes a text longer or shorter."""


def casts(language: str) -> tuple[Cast, ...]:
    """What is rehearsed in this language (the first dial offers all of them): everything with a SIM
    of a known network, and what an ordinary subscriber does with other SIMs."""
    known = {"msisdn": RECIPIENT, "network": OPERATOR.network_codes[0], "sms_code": SMS_CODE}
    others = (
        {"msisdn": "+2347000000000", "network": "", "sms_code": SMS_CODE},
        {**known, "network": "00000"},
    )
    ordinary = (Profile(registered=True, language=language),)
    return (
        Cast(
            (known, *({**known, **left.carried()} for left in left_behind(language))),
            _answers(language, _profiles(language)),
            TYPED,
            DIALLED,
            LENGTHS,
        ),
        Cast(others, _answers(language, ordinary), TYPED, DIALLED, LENGTHS),
    )


def _profiles(language: str) -> tuple[Profile, ...]:
    return (
        Profile(registered=False),
        Profile(registered=False, country="KE", currency="KES"),
        Profile(registered=False, country="ZA", currency=""),
        Profile(registered=True, language=language),
        Profile(registered=True, language=language, balance_hidden=True),
        Profile(registered=True, language=language, must_change_pin=True),
        Profile(registered=True, language=language, blocked=True),
        Profile(registered=True, language=language, is_agent=True),
        Profile(registered=True, language=language, country="TZ", currency="TZS", is_agent=True),
    )


def _answers(language: str, profiles: tuple[Profile, ...]) -> Callable[[object], Iterable[object]]:
    def answers(request: object) -> Iterable[object]:
        if isinstance(request, WhoIs):
            return profiles
        if isinstance(request, SetLanguage):
            return (Done(),) if request.language == language else ()
        if isinstance(request, Enrol) and request.language != language:
            return (PinMismatch(),)
        return _REPLIES[type(request)](request)

    return answers
