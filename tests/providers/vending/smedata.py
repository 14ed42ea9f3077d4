"""The SME-data dialect: answers as public integrations show them."""

from pathlib import Path

from app.domain.money import Money
from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    Pending,
    Scope,
    Throttled,
    Unknown,
)
from app.ports.vending import ProductKind
from providers.vending.smedata.adapter import SmeData, SmeDataSettings
from tests.providers.vending.contract import GRACE, Vendor, Wanted

NETWORKS = {"mtn-ng": 1, "glo-ng": 2, "t2-ng": 3, "airtel-ng": 4}
REFERENCE = "202603021200ABCDEF"


def answer(status: str, about: str, **other: str) -> str:
    """An answer with `"name": value` pairs of what it is about; `other` replaces values as JSON."""
    said = {
        "id": "102914237", "ident": f'"{REFERENCE}"', "network": "1",
        "mobile_number": '"08031234567"', "Status": f'"{status}"', "plan_network": '"MTN"',
        "balance_before": '"20176.49999999992"', "balance_after": '"20175.49999999992"',
    }  # fmt: skip
    name, _, value = about.partition("=")
    fields = said | {name: value} | other
    return "{" + ", ".join(f'"{key}": {text}' for key, text in fields.items() if text) + "}"


def _every_end(about: str, another: str) -> dict[str, tuple[int, str, object]]:
    """Of airtime and of data alike; `another`: what wasn't asked for."""
    name, _, value = about.partition("=")
    return {
        "successful": (201, answer("successful", about), Delivered),
        "successful, numbers as text": (
            200, answer("successful", f'{name}="{value}"', network='"1"'), Delivered),
        "successful, no ident kept": (201, answer("successful", about, ident=""), Delivered),
        "failed": (201, answer("failed", about), Declined("", Scope.SALE)),
        "pending": (201, answer("pending", about), Pending),
        "processing": (201, answer("processing", about), Pending),
        "a status nobody documented": (201, answer("queued", about), Unknown),
        "no status": (201, answer("", about, Status=""), Unknown),
        "another number": (
            201, answer("successful", about, mobile_number='"08031234568"'), Unknown),
        "a masked number": (
            201, answer("successful", about, mobile_number='"0803*******"'), Unknown),
        "a number that is a list": (201, answer("successful", about, mobile_number="[]"), Unknown),
        "another network": (201, answer("successful", about, network="2"), Unknown),
        "no network": (201, answer("successful", about, network=""), Unknown),
        "network true": (201, answer("successful", about, network="true"), Unknown),
        "another plan or amount": (201, answer("successful", another), Unknown),
        "no plan or amount": (201, answer("successful", "x=1"), Unknown),
        "another ident": (201, answer("successful", about, ident='"other"'), Unknown),
        "failed, another number": (
            201, answer("failed", about, mobile_number='"08031234568"'), Unknown),
        "success with the wrong HTTP status": (500, answer("successful", about), Unknown),
        "success as an error": (400, answer("successful", about), Unknown),
        "plan refused": (400, '{"plan": ["Invalid pk \\"9\\" - object does not exist."]}',
                         Declined("", Scope.PROVIDER)),
        "number refused": (400, '{"mobile_number": ["Enter a valid number."]}',
                           Declined("", Scope.SALE)),
        "fields that are repeated, not refused": (
            400, '{"network": 1, "mobile_number": "08031234567"}', Unknown),
        "empty wallet": (400, '{"error": ["You can\'t purchase this plan due to insufficient'
                              ' balance, your current balance is 0.0"]}', Misconfigured),
        "an error nobody documented": (400, '{"error": ["Try again later"]}', Unknown),
        "an empty refusal": (400, "{}", Unknown),
        "wrong token": (401, '{"detail": "Invalid token."}', Misconfigured),
        "too many": (429, "", Throttled),
        "server error": (502, "bad gateway", Unknown),
        "html": (200, "<html></html>", Unknown),
        "empty": (201, "", Unknown),
        "a list": (200, "[1]", Unknown),
        "nested without end": (200, "[" * 50_000, Unknown),
        "not a number": (201, answer("successful", f"{name}=NaN"), Unknown),
        "a number without end": (201, answer("successful", f"{name}=1e999999999"), Unknown),
        "text without end": (201, answer("successful", about, x='"' + "a" * 300_000 + '"'),
                             Unknown),
    }  # fmt: skip


def make(base: str, http: object, plans: Path = Path("nowhere")) -> SmeData:
    return SmeData(SmeDataSettings(f"{base}/smedata", "t", NETWORKS, plans, GRACE), http)  # type: ignore[arg-type]


VENDOR = Vendor(
    "smedata",
    make,
    airtime=Wanted("VTU"),
    recorded=_every_end("amount=200", "amount=100"),
    words={"anything": (200, answer("successful", "amount=200"), Unknown)},
    data=Wanted("203", amount=Money(720_00, "NGN"), kind=ProductKind.DATA),
    recorded_data=_every_end("plan=203", "plan=204"),
)
