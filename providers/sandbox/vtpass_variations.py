"""VTpass' data services in the sandbox: the stock in its words, and Smile's accounts.

Sources: vtpass.com/documentation (variation-codes, mtn-data, smile-network-payment-api-2).
"""

from typing import Any

from providers.sandbox.stock import Plan, operator_at, plans_of

SERVICES = {
    "mtn-data": ("mtn-ng", "MTN Data"), "airtel-data": ("airtel-ng", "Airtel Data"),
    "glo-data": ("glo-ng", "GLO Data"), "etisalat-data": ("t2-ng", "9mobile Data"),
    "smile-direct": ("smile-ng", "Smile Payment"),
}  # fmt: skip
SMILE = "smile-direct"
_RESTRICTED = {
    "variation_code": "night-2gb", "name": "2GB MidNite for 7days - 1,020 Naira",
    "variation_amount": "1020.00", "fixedPrice": "Yes",
}  # fmt: skip
"""As its pages show such: on the list, and not what its size says."""


def listed(service: str) -> dict[str, Any]:
    """The answer of /service-variations, with both spellings of the list."""
    _, name = SERVICES[service]
    rows = [_row(service, plan) for plan in _plans(service)] + [_RESTRICTED]
    return {
        "response_description": "000",
        "content": {
            "ServiceName": name, "serviceID": service, "convinience_fee": "0 %",
            "variations": rows, "varations": rows,
        },
    }  # fmt: skip


def sold_as(service: str, variation: str) -> Plan | None:
    """The plan behind a variation code."""
    return next((one for one in _plans(service) if _code(service, one) == variation), None)


def smile_accounts(phone: str) -> dict[str, Any]:
    """The answer of /merchant-verify about a Smile number: one account, or none."""
    is_smile = operator_at("+234" + phone.removeprefix("0")) == "smile-ng"
    accounts = [{"AccountId": _account(phone), "FriendlyName": "Sandbox"}] if is_smile else []
    content = {"Customer_Name": "Sandbox", "AccountList": {"Account": accounts}}
    return {"code": "000", "content": content if is_smile else {"error": "NOT FOUND"}}


def biller_of(service: str, phone: str) -> str:
    """What a number is paid by: Smile's by its account."""
    return _account(phone) if service == SMILE else phone


def _account(phone: str) -> str:
    return f"16{phone[1:]}"


def _plans(service: str) -> tuple[Plan, ...]:
    return plans_of(SERVICES[service][0])


def _code(service: str, plan: Plan) -> str:
    return f"{service.split('-', maxsplit=1)[0]}-{plan.slug}"


def _row(service: str, plan: Plan) -> dict[str, str]:
    naira = plan.price_minor // 100
    days = "24 hrs" if plan.days == 1 else f"{plan.days} days"
    return {
        "variation_code": _code(service, plan), "name": f"N{naira} {_size(plan.size_mb)} - {days}",
        "variation_amount": f"{naira}.00", "fixedPrice": "Yes",
    }  # fmt: skip


def _size(size_mb: int) -> str:
    """Such as 100MB, 6GB, 1.8GB (1843 MB, rounded down)."""
    if size_mb < 1024:
        return f"{size_mb}MB"
    return f"{size_mb // 1024}GB" if size_mb % 1024 == 0 else f"{size_mb / 1024:.1f}GB"
