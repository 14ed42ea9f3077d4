"""VTpass: recorded answers."""

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from app.ports.vending import ProductKind
from providers.vending.vtpass.adapter import Vtpass, VtpassSettings
from tests.providers.vending.contract import GRACE, Vendor, Wanted


def _pay(code: str, status: str = "", transaction: str = "17415980564672211313028") -> str:
    inner = (
        f'{{"transactions": {{"status": "{status}", "product_name": "MTN Airtime VTU",'
        f' "unique_element": "08031234567", "unit_price": 200, "transactionId": "{transaction}"}}}}'
        if status
        else "[]"
    )
    return (
        f'{{"code": "{code}", "content": {inner}, "response_description": "...",'
        ' "requestId": "202603021200ABCDEF", "amount": 200}'
    )


def _bought(naira: int) -> str:
    return _pay("000", "delivered").replace('"amount": 200', f'"amount": {naira}')


VENDOR = Vendor(
    "vtpass",
    lambda base, http: Vtpass(VtpassSettings(f"{base}/vtpass", "a", "p", "s", GRACE), http),
    airtime=Wanted("mtn"),
    recorded={
        # vtpass.com/documentation: response codes; 000 only says "handled"
        "delivered": (200, _pay("000", "delivered"), Delivered),
        "delivered to another number": (
            200, _pay("000", "delivered").replace("08031234567", "08031234568"), Unknown),
        "delivered, another amount": (
            200, _pay("000", "delivered").replace('"amount": 200', '"amount": 100'), Unknown),
        "delivered, amount as text": (
            200, _pay("000", "delivered").replace('"amount": 200', '"amount": "200.00"'),
            Delivered),
        "delivered, another request": (200, _pay("000", "delivered").replace("ABCDEF", "ABCDEG"),
                                       Unknown),
        "failed, another request": (200, _pay("000", "failed").replace("ABCDEF", "ABCDEG"),
                                    Unknown),
        "a refusal of another request": (200, _pay("012").replace("ABCDEF", "ABCDEG"), Unknown),
        "a refusal that names no request": (200, '{"code": "012", "content": {}}',
                                            Declined("", Scope.SALE)),
        "failed inside": (200, _pay("000", "failed"), Declined("", Scope.SALE)),
        "reversed inside": (200, _pay("000", "reversed"), Declined("", Scope.SALE)),
        "initiated inside": (200, _pay("000", "initiated"), Pending),
        "pending inside": (200, _pay("000", "pending"), Pending),
        "resolved inside": (200, _pay("000", "resolved"), Unknown),
        "000 and nothing inside": (200, _pay("000"), Unknown),
        "processing": (200, _pay("099"), Pending),
        "failed envelope": (200, _pay("016", "failed"), Unknown),
        "request id used": (200, _pay("014"), Unknown),
        "request id unknown, to a purchase": (200, _pay("015"), Unknown),
        "same recipient": (200, _pay("019"), Throttled),
        "low wallet": (200, _pay("018"), Misconfigured),
        "account locked": (200, _pay("021"), Misconfigured),
        "suspended": (200, _pay("022"), Misconfigured),
        "no api access": (200, _pay("023"), Misconfigured),
        "inactive": (200, _pay("024"), Misconfigured),
        "biller unreachable": (200, _pay("030"), Declined("", Scope.PROVIDER)),
        "not processed": (200, _pay("091"), Declined("", Scope.PROVIDER)),
        "variation": (200, _pay("010"), Declined("", Scope.SALE)),
        "arguments": (200, _pay("011"), Declined("", Scope.SALE)),
        "product": (200, _pay("012"), Declined("", Scope.SALE)),
        "below limit": (200, _pay("013"), Declined("", Scope.SALE)),
        "above limit": (200, _pay("017"), Declined("", Scope.SALE)),
        "resolved by staff": (200, _pay("044"), Unknown),
        "a code nobody documented": (200, _pay("999"), Unknown),
        "wrong key": (401, '{"code": "087"}', Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (502, "bad gateway", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (200, "", Unknown),
        "a list": (200, "[1]", Unknown),
    },
    words={
        "delivered": (200, _pay("000", "delivered"), Delivered),
        "failed": (200, _pay("000", "failed"), Declined("", Scope.SALE)),
        "about another request": (200, _pay("000", "delivered").replace("ABCDEF", "ABCDEG"),
                                  Unknown),
        "pending": (200, _pay("099"), Pending),
        "never heard of it": (200, _pay("015"), NotFound),
        "server error": (500, "", Unknown),
        "html": (200, "<html></html>", Unknown),
        "wrong key": (401, "{}", Misconfigured),
        "nested without end": (200, "[" * 50_000, Unknown),
    },
    data=Wanted("mtn-data/mtn-1gb-7d", amount=Money(800_00, "NGN"), kind=ProductKind.DATA),
    recorded_data={
        # vtpass.com/documentation/mtn-data: the variation decides what is taken
        "delivered": (200, _bought(800), Delivered),
        "delivered for less": (200, _bought(790), Delivered),
        "delivered for more than agreed": (200, _bought(801), Unknown),
        "delivered to another number": (200, _bought(800).replace("1234567", "1234568"), Unknown),
        "plan withdrawn": (200, _pay("010"), Declined("", Scope.SALE)),
        "processing": (200, _pay("099"), Pending),
    },
)  # fmt: skip
