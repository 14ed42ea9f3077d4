"""Reloadly: airtime and data in all our countries; also its list of what it sells, and whose a
number is.

Sources: Reloadly/reloadly-api-documentation (openapi/paths/airtime-*.yaml),
reloadly.com/blog/how-does-the-get-top-up-status-endpoint-work. `customIdentifier` is our reference
and is taken once; the list of transactions is asked by it when the answer, and with it their id,
was lost.
"""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlencode

from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.outcomes import (
    Declined,
    Misconfigured,
    NotSent,
    ProviderTraits,
    QueryOutcome,
    Throttled,
    Unknown,
    VendOutcome,
)
from app.domain.products import Offered
from app.ports.catalogue import CatalogueUnavailable
from app.ports.clock import Clock
from app.ports.operator_lookup import (
    LookupOutcome,
    LookupUnknown,
    OperatorFound,
    OperatorNotFound,
)
from app.ports.vending import VendRequest
from providers.access_tokens import NoTokenError
from providers.http_client import AnswerLostError, HttpClient, NotSentError
from providers.vending.reloadly import codes
from providers.vending.reloadly.numbers import money_below
from providers.vending.reloadly.offers import offers_of
from providers.vending.reloadly.operators import operator_named
from providers.vending.reloadly.service import NAME, Answer, ReloadlySettings, Service
from providers.vending.reloadly.topup import (
    answer_about,
    answer_listing,
    answer_to_purchase,
    wanted_by,
)

__all__ = ["NAME", "Reloadly", "ReloadlySettings"]

_LIST = "/topups/reports/transactions"


class Reloadly:
    """Reloadly behind the vending, catalogue and look-up ports."""

    name = NAME
    countries = frozenset(COUNTRY_CURRENCY)

    def __init__(self, settings: ReloadlySettings, http: HttpClient, clock: Clock) -> None:
        self._asynchronous = settings.asynchronous
        self._service = Service(settings, http, clock)
        self.traits = ProviderTraits(
            NAME, can_query=True, refuses_duplicates=True, grace=settings.grace
        )

    def new_reference(self, seed: str, at: datetime) -> str:
        """The customIdentifier: any text that wasn't used before."""
        return f"nexustop-{at:%Y%m%d}-{seed}"

    def vend(self, request: VendRequest) -> VendOutcome:
        """POST /topups, or /topups-async."""
        wanted = wanted_by(request)
        if isinstance(wanted, Declined):
            return wanted
        path = "/topups-async" if self._asynchronous else "/topups"
        try:
            answer = self._service.post(path, wanted.body(), wanted.reference, request.send_by)
        except NoTokenError as error:
            return _without_token(error)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)
        return answer_to_purchase(answer, wanted, asynchronous=self._asynchronous)

    def query(self, reference: str, external_id: str | None) -> QueryOutcome:
        """GET /topups/{id}/status, or the list filtered by our reference."""
        by_id = f"/topups/{quote(external_id or '', safe='')}/status"
        wanted = urlencode({"customIdentifier": reference, "size": 10, "page": 1})
        path, read = (by_id, answer_about) if external_id else (f"{_LIST}?{wanted}", answer_listing)
        answer = self._asked(path, reference)
        if not isinstance(answer, Answer):
            return NotSent(answer.code) if isinstance(answer, Unknown) else answer
        outcome = read(answer, reference)
        return NotSent(outcome.code) if isinstance(outcome, Throttled) else outcome

    def probe(self) -> Money | Misconfigured | NotSent | Unknown:
        """GET /accounts/balance -> balance, currencyCode."""
        answer = self._asked("/accounts/balance", "")
        if not isinstance(answer, Answer):
            return answer
        if answer.status in {401, 403}:
            return Misconfigured(answer.error_code or str(answer.status))
        said = answer.said if answer.status == 200 and isinstance(answer.said, dict) else {}
        balance = money_below(said.get("balance"), said.get("currencyCode"))
        return Unknown("unreadable") if balance is None else balance

    def offers(self) -> list[Offered]:
        """GET /operators/countries/{iso} of each of our countries."""
        return [offer for country in COUNTRY_CURRENCY for offer in self._offers_in(country)]

    def operator_of(self, msisdn: Msisdn) -> LookupOutcome:
        """GET /operators/auto-detect/phone/{phone}/countries/{iso}."""
        country = country_of(msisdn)
        number = msisdn.removeprefix("+")
        answer = self._asked(f"/operators/auto-detect/phone/{number}/countries/{country}", "")
        if not isinstance(answer, Answer):
            return LookupUnknown(answer.code)
        if answer.error_code in codes.NO_SUCH_NUMBER and 400 <= answer.status < 500:
            return OperatorNotFound(answer.error_code)
        said = answer.said if answer.status == 200 and isinstance(answer.said, dict) else {}
        name, where = said.get("name"), said.get("country")
        if not isinstance(name, str) or (
            not isinstance(where, dict) or where.get("isoName") != country
        ):
            return LookupUnknown(answer.error_code or f"unreadable_{answer.status}")
        operator = operator_named(country, name)
        return OperatorFound(operator) if operator else OperatorNotFound(name[:60])

    def _offers_in(self, country: str) -> list[Offered]:
        choice = urlencode({"includeData": "true", "includeBundles": "true", "includePin": "false"})
        answer = self._asked(f"/operators/countries/{country}?{choice}", "")
        if not isinstance(answer, Answer):
            raise CatalogueUnavailable(f"{country}: {answer.code}")
        if answer.status == 404 and answer.error_code == codes.COUNTRY_NOT_SOLD:
            return []
        if answer.status != 200 or not isinstance(answer.said, list):
            raise CatalogueUnavailable(f"{country}: {answer.error_code or answer.status}")
        return [offer for listed in answer.said for offer in offers_of(country, listed)]

    def _asked(self, path: str, subject: str) -> Answer | Misconfigured | NotSent | Unknown:
        """A question's answer, or why there is none."""
        try:
            return self._service.get(path, subject)
        except NoTokenError as error:
            return _without_token(error)
        except NotSentError as error:
            return NotSent(error.code)
        except AnswerLostError as error:
            return Unknown(error.code)


def _without_token(error: NoTokenError) -> Misconfigured | NotSent:
    """Without a token nothing was asked; refused credentials are for staff."""
    made: Callable[[str], Misconfigured | NotSent] = (
        Misconfigured if error.code in codes.REFUSED_SIGN_IN else NotSent
    )
    return made(error.code)
