"""What staff give back of a delivered order: how much, how many people it takes, what is posted.

The value reached a phone and stays there, so the money is our expense. An order that isn't
delivered has nothing to give back: its hold ends by itself, one way or the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.ledger import AccountKind, LedgerTransaction, move, system, wallet
from app.domain.money import Money
from app.domain.orders import OrderState

GOODWILL = "goodwill"
"""Kind of the transaction, and of the SMS about it."""


@dataclass(frozen=True, slots=True)
class RefundRules:
    """What one person may give back alone, in whole units by currency: of one order, and in all
    within a day. More, or another currency, needs a second person."""

    alone_up_to: Mapping[str, int] = field(default_factory=lambda: {"NGN": 500})
    alone_a_day: Mapping[str, int] = field(default_factory=lambda: {"NGN": 5_000})

    def alone(self, of_order: Money, of_day: Money) -> bool:
        """May one person, when the order has got so much back by then and the person has given so
        much that day, this time included?"""
        return all(
            given <= Money.of_units(limit.get(given.currency, 0), given.currency)
            for given, limit in ((of_order, self.alone_up_to), (of_day, self.alone_a_day))
        )


_WHY_NOT = {
    OrderState.DECLINED: "was declined: the buyer has all of the money back already",
    OrderState.REVERSED: "was reversed: the buyer has all of the money back already",
}


def why_not(state: OrderState) -> str:
    """Why nothing of an order in this state can be given back; empty when it can."""
    if state is OrderState.DELIVERED:
        return ""
    return _WHY_NOT.get(
        state,
        f"is still {state}: its money is held, and comes back by itself when the sale fails."
        " Ask the vendor again, or settle it by hand",
    )


def give_back(order: str, refund: str, owner: int, amount: Money) -> LedgerTransaction:
    """Our expense into the buyer's wallet."""
    currency = amount.currency
    return move(
        f"order:{order}:refund:{refund}", GOODWILL,
        system(AccountKind.GOODWILL, currency), wallet(owner, currency), amount,
    )  # fmt: skip
