"""What the contract of a vending adapter is checked with.

Each vendor has a module here with its recorded answers; `__init__` lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.ports.vending import ProductKind, VendingProvider, VendRequest
from providers.http_client import HttpClient, OutboundRequest, OutboundResponse

NGN_200 = Money(200_00, "NGN")
GRACE = timedelta(seconds=20)
TOKEN = OutboundResponse(200, {}, b'{"access_token": "t", "expires_in": 3600}')
Recorded = tuple[int, str, object]
"""(HTTP status, body as the vendor's page shows it, the outcome it must become)."""


@dataclass(frozen=True)
class Wanted:
    """Something to buy at a vendor; `code` is the vendor's own."""

    code: str
    to: str = "+2348031234567"
    operator: str = "mtn-ng"
    amount: Money = NGN_200
    kind: ProductKind = ProductKind.AIRTIME

    def request(self, reference: str, send_by: datetime) -> VendRequest:
        return VendRequest(
            reference, Msisdn(self.to), self.operator, self.amount, send_by, self.code, self.kind
        )


class SignedIn:
    """An HTTP client whose requests for a token, at `path`, are answered before they leave: the
    contract is about what comes after."""

    def __init__(self, http: HttpClient, path: str) -> None:
        self._http = http
        self._path = path

    def send(self, request: OutboundRequest, send_by: datetime | None = None) -> OutboundResponse:
        return TOKEN if request.url.endswith(self._path) else self._http.send(request, send_by)


@dataclass(frozen=True)
class Vendor:
    """`make(base_url, http)` builds its adapter; `recorded` are answers to a vend of `airtime`,
    `words` answers to a query about it; `data` is a plan its sandbox sells, where it sells data,
    and `recorded_data` are answers to a vend of that, where they differ; `signs_in` is the path at
    which it fetches a token first, where it does. A plan is one request at every vendor; of airtime
    some ask the price first, and `recorded` has the answers to that."""

    name: str
    make: Callable[[str, HttpClient], VendingProvider]
    airtime: Wanted
    recorded: dict[str, Recorded]
    words: dict[str, Recorded]
    data: Wanted | None = None
    recorded_data: dict[str, Recorded] | None = None
    signs_in: str = ""

    def at(self, base: str, http: HttpClient) -> VendingProvider:
        """Its adapter with the vendor at this address, signed in."""
        signed_in = SignedIn(http, self.signs_in) if self.signs_in else http
        return self.make(base, signed_in)  # type: ignore[arg-type]
