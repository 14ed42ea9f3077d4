"""The replies that the agents' menu can get, for `nexustop menus check`."""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.money import Money
from app.domain.requests import (
    AgentDesk,
    AskFloat,
    BuyFloat,
    CashDone,
    CashIn,
    CashLimitReached,
    CodeWrong,
    CommissionTaken,
    ConfirmCustomer,
    DeclineFloat,
    Done,
    FloatAsked,
    FloatMoved,
    FloatRequest,
    GetAgentDesk,
    GetAgentMovements,
    GetFloatRequests,
    GiveFloat,
    IdentityAsked,
    Movement,
    NotEnough,
    PayOut,
    Refusal,
    Refused,
    SendFloat,
    TakeCommission,
    TooFast,
)
from menus.texts.longest import AMOUNT, BALANCE, RECIPIENT, REFERENCE, UNTIL

_FLOAT_MOVEMENTS = tuple(
    Movement(kind, -AMOUNT, f"float:{REFERENCE}", UNTIL)
    for kind in ("cash_in", "paid_out", "float", "cash_out", "commission")
)


def agent_replies(
    pin_refused: tuple[object, ...],
    refused: tuple[object, ...],
) -> dict[type, Callable[[Any], Iterable[object]]]:
    """By request; `pin_refused` is what every PIN can get, `refused` what most requests can."""
    return {
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
            *pin_refused,
        ),
        PayOut: lambda _: (
            CashDone(REFERENCE, AMOUNT),
            CodeWrong(),
            CashLimitReached(AMOUNT),
            *pin_refused,
        ),
        SendFloat: lambda asked: _moved(asked.amount, pin_refused),
        BuyFloat: lambda asked: _moved(asked.amount, pin_refused),
        GiveFloat: lambda _: _moved(AMOUNT, pin_refused),
        AskFloat: lambda _: (FloatAsked(REFERENCE), Refused(Refusal.NO_SUCH_AGENT)),
        DeclineFloat: lambda _: (Done(), Refused(Refusal.NOTHING_OPEN)),
        ConfirmCustomer: lambda _: (IdentityAsked(), TooFast(UNTIL), *refused),
        TakeCommission: lambda _: (CommissionTaken(REFERENCE, AMOUNT), *pin_refused),
    }


def _moved(amount: Money, pin_refused: tuple[object, ...]) -> tuple[object, ...]:
    return (FloatMoved(REFERENCE), NotEnough(BALANCE, amount), *pin_refused)
