"""A merchant's purchase as the merchant sees it: in answers and in webhooks alike."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.catalogue import AIRTIME
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.orders import OrderState

CHANNEL = "merchant"
"""Channel of the orders that merchants place; the session is the merchant's id and reference."""

_REFUNDED = frozenset({OrderState.DECLINED, OrderState.REVERSED})
_CLIENT_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a merchant asks for: `plan` is a code of the catalogue, or AIRTIME; `amount` is what
    airtime costs, and of a plan the most that may be charged, where the merchant says so."""

    client_reference: str
    msisdn: Msisdn
    operator: str
    plan: str
    amount: Money | None


@dataclass(frozen=True, slots=True)
class Purchase:
    """`id` is the order's reference, or begins with `test_`; `live` is false of one that moved no
    money; `code` says why it was declined or reversed."""

    id: str
    client_reference: str
    live: bool
    state: str
    plan: str
    msisdn: Msisdn
    operator: str
    amount: Money
    price: Money
    code: str
    placed_at: datetime
    ended_at: datetime | None

    def data(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id, "client_reference": self.client_reference, "live": self.live,
            "state": self.state, "refunded": self.state in _REFUNDED, "code": self.code or None,
            "product": "airtime" if self.plan == AIRTIME else "data",
            "plan_code": None if self.plan == AIRTIME else self.plan,
            "msisdn": self.msisdn, "operator": self.operator,
            "amount_minor": self.amount.amount_minor, "currency": self.amount.currency,
            "price_minor": self.price.amount_minor, "price_currency": self.price.currency,
            "placed_at": self.placed_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }  # fmt: skip

    def is_same(self, wanted: Wanted) -> bool:
        """Is this what the same reference asked for before? A plan is the same at another price."""
        asked = (wanted.msisdn, wanted.operator, wanted.plan)
        amount = wanted.plan != AIRTIME or wanted.amount == self.amount
        return asked == (self.msisdn, self.operator, self.plan) and amount


def is_client_reference(text: str) -> bool:
    """1 to 64 letters, digits and . _ : -"""
    return _CLIENT_REFERENCE.fullmatch(text) is not None


def session_of(merchant_id: int, client_reference: str) -> str:
    """What makes an order the merchant's one with this reference."""
    return f"{merchant_id}:{client_reference}"


def client_reference_of(session: str) -> str:
    return session.split(":", 1)[1]
