"""Order states and the only table of allowed transitions between them."""

from enum import StrEnum


class OrderState(StrEnum):
    """`review` waits for staff; `placed` holds money and waits for a worker; `sending` has an
    attempt on its way; `pending` was accepted by a vendor; `unknown` may or may not have been;
    the other three are final (a delivered order can still be reversed)."""

    REVIEW = "review"
    PLACED = "placed"
    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    DELIVERED = "delivered"
    DECLINED = "declined"
    REVERSED = "reversed"


_S = OrderState


TRANSITIONS: dict[OrderState, frozenset[OrderState]] = {
    _S.REVIEW: frozenset({_S.PLACED, _S.DECLINED}),
    _S.PLACED: frozenset({_S.SENDING, _S.DECLINED}),
    _S.SENDING: frozenset({_S.PLACED, _S.PENDING, _S.UNKNOWN, _S.DELIVERED, _S.DECLINED}),
    _S.PENDING: frozenset(
        {_S.PLACED, _S.SENDING, _S.UNKNOWN, _S.DELIVERED, _S.DECLINED, _S.REVERSED}
    ),
    _S.UNKNOWN: frozenset(
        {_S.PLACED, _S.SENDING, _S.PENDING, _S.DELIVERED, _S.DECLINED, _S.REVERSED}
    ),
    _S.DELIVERED: frozenset({_S.REVERSED}),
    _S.DECLINED: frozenset(),
    _S.REVERSED: frozenset(),
}

OPEN_STATES = frozenset({_S.PLACED, _S.SENDING, _S.PENDING, _S.UNKNOWN})
"""Money is held and the outcome is still to come."""


def may_become(state: OrderState, wanted: OrderState) -> bool:
    """Is the transition in the table?"""
    return wanted in TRANSITIONS[state]
