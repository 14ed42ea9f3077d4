"""What data plans are called, on screens and in SMS."""

from app.domain.catalogue import described
from app.domain.products import Family
from menus.texts.catalogue import later, say

_MB_IN_GB, _TENTHS = 1024, 10
_FAMILIES = {
    Family.DIRECT: "", Family.SME: " SME", Family.SME2: " SME2", Family.CG: " CG",
    Family.GIFTING: " Gifting", Family.PROMO: " Promo",
}  # fmt: skip
_ONE_DAY, _DAYS = later("1 day"), later("{days} days")


def plan_name(language: str, code: str) -> str:
    """`1GB 7 days` of a plan's code; nothing for airtime."""
    return f"{plan_size(code)} {plan_lasts(language, code)}".strip()


def plan_size(code: str) -> str:
    """`1GB`, `1.5GB`, `500MB SME`: how much, with the family where it isn't the operator's own."""
    plan = described(code)
    return f"{size_name(plan.size_mb)}{_FAMILIES[plan.family]}" if plan else ""


def plan_lasts(language: str, code: str) -> str:
    """`7 days`."""
    plan = described(code)
    if plan is None:
        return ""
    if plan.validity_days == 1:
        return say(language, _ONE_DAY)
    return say(language, _DAYS, days=plan.validity_days)


def size_name(mb: int) -> str:
    """`1GB`, `500MB`: in GB where that is exact, or off by no more than the rounding of a tenth to
    whole MB."""
    if mb < _MB_IN_GB:
        return f"{mb}MB"
    tenths = (mb * _TENTHS + _MB_IN_GB // 2) // _MB_IN_GB
    if abs(tenths * _MB_IN_GB - mb * _TENTHS) >= _TENTHS:
        return f"{mb}MB"
    whole, part = divmod(tenths, _TENTHS)
    return f"{whole}.{part}GB" if part else f"{whole}GB"
