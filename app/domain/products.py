"""What is sold: airtime of an operator, and data plans. Rules only."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.money import Money


class ProductKind(StrEnum):
    AIRTIME = "airtime"
    DATA = "data"


class Family(StrEnum):
    """Kinds of stock at the same operator, with prices of their own: sold by the operator itself
    (`direct`), or to resellers under the trade's names (SME, SME2, corporate gifting, gifting,
    promotions)."""

    DIRECT = "direct"
    SME = "sme"
    SME2 = "sme2"
    CG = "cg"
    GIFTING = "gifting"
    PROMO = "promo"


@dataclass(frozen=True, slots=True)
class Offered:
    """Something a provider sells, as it lists it. `code` is the provider's own, in its adapter's
    form, and all it needs to be told to vend it.

    Airtime: any amount from `least` to `most` in the operator's currency; the provider keeps
    `discount_bp` basis points of it for us. Data: `size_mb` for `validity_days`; `cost` is what the
    provider takes for it from our float, in the float's currency; `face` is the operator's own
    price, where the provider tells it.
    """

    operator: str
    kind: ProductKind
    code: str
    name: str
    least: Money | None = None
    most: Money | None = None
    discount_bp: int = 0
    family: Family = Family.DIRECT
    size_mb: int = 0
    validity_days: int = 0
    cost: Money | None = None
    face: Money | None = None
