"""What somebody wants done with money, less the PIN: what is kept while a code is waited for."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    BuyAirtime,
    BuyData,
    BuyFloat,
    CashIn,
    SendFloat,
    SendMoney,
)
from app.domain.secret import Secret

Granted = BuyAirtime | BuyData | SendMoney | CashIn | SendFloat | BuyFloat


class WishKind(StrEnum):
    """What is wanted."""

    AIRTIME = "airtime"
    DATA = "data"
    SEND = "send"
    CASH_IN = "cash_in"
    SEND_FLOAT = "send_float"
    BUY_FLOAT = "buy_float"


OF_AGENTS = frozenset({WishKind.CASH_IN, WishKind.SEND_FLOAT, WishKind.BUY_FLOAT})


@dataclass(frozen=True, slots=True)
class Wish:
    """`amount` is what it costs; `recipient` whom it is for; `operator` and `product` (a code of
    the catalogue) are of purchases."""

    kind: WishKind
    amount: Money
    recipient: Msisdn
    operator: str = ""
    product: str = ""

    def granted(self, pin: Secret) -> Granted:
        """The request that does it."""
        match self.kind:
            case WishKind.AIRTIME:
                return BuyAirtime(self.recipient, self.operator, self.amount, pin)
            case WishKind.DATA:
                return BuyData(self.recipient, self.operator, self.product, self.amount, pin)
            case WishKind.SEND:
                return SendMoney(self.recipient, self.amount, pin)
            case WishKind.CASH_IN:
                return CashIn(self.recipient, self.amount, pin)
            case WishKind.SEND_FLOAT:
                return SendFloat(self.recipient, self.amount, pin)
            case WishKind.BUY_FLOAT:
                return BuyFloat(self.amount, pin)
