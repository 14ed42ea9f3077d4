"""The replies that proving more than the PIN can get, for `nexustop menus check`."""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.requests import (
    AddCodeApp,
    ApprovalAsked,
    ApprovalFound,
    ApprovePurchase,
    AskApproval,
    AskSecondFactor,
    CodeApp,
    CodeAppKey,
    CodeIsWrong,
    CodeWrong,
    ConfirmCodeApp,
    Done,
    FactorLocked,
    FactorsWanted,
    FindApproval,
    GetCodeApp,
    Proved,
    ProveSecondFactor,
    PurchaseApproved,
    Refusal,
    Refused,
    RemoveCodeApp,
)
from app.domain.second_factor import Act, FactorKind, Subject
from app.domain.secret import Secret
from menus.texts.longest import AMOUNT, REFERENCE, UNTIL

_CODE_REFUSED = (CodeIsWrong(4), FactorLocked(), Refused(Refusal.NEEDS_SECOND_FACTOR))


def factor_replies(
    pin_refused: tuple[object, ...],
) -> dict[type, Callable[[Any], Iterable[object]]]:
    """By request; `pin_refused` is what every PIN can get."""
    return {
        AskSecondFactor: lambda asked: (
            FactorsWanted(()),
            FactorsWanted(_kinds(asked), 50),
            FactorLocked(),
            Refused(Refusal.NOT_REGISTERED),
        ),
        ProveSecondFactor: lambda _: (Proved(), *_CODE_REFUSED),
        AskApproval: lambda _: (
            ApprovalAsked(Secret("0000"), UNTIL),
            Refused(Refusal.NOTHING_OPEN),
        ),
        FindApproval: lambda asked: (
            *(
                ApprovalFound(REFERENCE, asked.customer, Subject(act, AMOUNT))
                for act in Act
                if act is not Act.REMOVE_APP
            ),
            CodeWrong(),
            Refused(Refusal.TOO_MANY_WRONG),
        ),
        ApprovePurchase: lambda _: (PurchaseApproved(UNTIL), CodeWrong(), *pin_refused),
        GetCodeApp: lambda _: (
            CodeApp(added=False, confirmed=False),
            CodeApp(added=True, confirmed=False),
            CodeApp(added=True, confirmed=True),
        ),
        AddCodeApp: lambda _: (CodeAppKey(Secret("M" * 32)), *pin_refused),
        ConfirmCodeApp: lambda _: (Done(), *_CODE_REFUSED),
        RemoveCodeApp: lambda _: (Done(), *pin_refused),
    }


def _kinds(asked: AskSecondFactor) -> tuple[FactorKind, ...]:
    removal = asked.subject.act is Act.REMOVE_APP
    return (FactorKind.LIST, FactorKind.APP) if removal else tuple(FactorKind)
