"""Africa's Talking mobile data: answers as its SDKs and pages show them."""

from pathlib import Path

from app.domain.money import Money
from app.domain.outcomes import Declined, Misconfigured, Pending, Scope, Throttled, Unknown
from app.ports.vending import ProductKind
from providers.vending.africastalking_data.adapter import AfricasTalkingData, BundlesAccount
from tests.providers.vending.contract import GRACE, Vendor, Wanted


def _entry(status: str, transaction: str = '"ATPid_1"', **other: str) -> str:
    said = {
        "phoneNumber": '"+2348031234567"', "provider": '"MTN"', "status": f'"{status}"',
        "transactionId": transaction, "value": '"NGN 800.0000"',
    }  # fmt: skip
    fields = ", ".join(f'"{name}": {text}' for name, text in (said | other).items() if text)
    return f'{{"entries": [{{{fields}}}]}}'


def make(base: str, http: object, plans: Path = Path("nowhere")) -> AfricasTalkingData:
    account = BundlesAccount(f"{base}/africastalking", "demo", "k", "demo", plans, GRACE)
    return AfricasTalkingData(account, http)  # type: ignore[arg-type]


_WEEKLY = Wanted("1024/MB/Week", amount=Money(800_00, "NGN"), kind=ProductKind.DATA)

VENDOR = Vendor(
    "africastalking_data",
    make,
    airtime=_WEEKLY,
    recorded={
        "queued": (201, _entry("Queued"), Pending),
        "queued without a price": (201, _entry("Queued", value=""), Pending),
        "queued for less": (201, _entry("Queued", value='"NGN 799.0000"'), Pending),
        "queued for more than agreed": (201, _entry("Queued", value='"NGN 801.0000"'), Unknown),
        "queued without an id": (201, _entry("Queued", '"None"'), Unknown),
        "another number": (201, _entry("Queued", phoneNumber='"+2348031234568"'), Unknown),
        "invalid": (201, _entry("InvalidRequest", ""), Declined("", Scope.PROVIDER)),
        "not supported": (201, _entry("NotSupported", ""), Declined("", Scope.PROVIDER)),
        "invalid, and yet with an id": (201, _entry("InvalidRequest"), Unknown),
        "failed, an internal error": (201, _entry("Failed", ""), Unknown),
        "a status nobody documented": (201, _entry("Sent"), Unknown),
        "no entries": (201, '{"entries": [], "errorMessage": "Insufficient Credit"}', Unknown),
        "two entries": (201, '{"entries": [{}, {}]}', Unknown),
        "wrong key": (401, "The supplied authentication is invalid", Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (500, "oops", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (201, "", Unknown),
        "another shape": (201, '{"entries": {"a": 1}}', Unknown),
        "a list": (201, "[1, 2]", Unknown),
        "a status that is a list": (201, _entry("x").replace('"x"', "[]"), Unknown),
    },
    words={"nothing can be asked without their id": (200, "{}", Unknown)},
    data=_WEEKLY,
)  # fmt: skip
