"""Identity look-ups (Nigeria) in the dialect that an aggregator documents for BVN and NIN.

Source: doc.youverify.co, pages "Verify National Identification Number" and its neighbours for BVN.
`success` is about the call; the answer is `data.status`. See README.md: to be confirmed with the
chosen vendor. Bodies are personal data and are never recorded.
"""

import json
from dataclasses import dataclass
from typing import Any

from app.domain.documents import Document
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.secret import Secret
from app.ports.identity import IdentityOutcome, IdentityUnknown, Matched, NotMatched
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)
from providers.identity.aggregator import codes

NAME = "identity"
_COUNTRY = "NG"
_PATHS = {
    Document.BVN: "/v2/api/identity/ng/bvn",
    Document.NIN: "/v2/api/identity/ng/nin",
}


@dataclass(frozen=True, slots=True)
class AggregatorSettings:
    """`base_url` is the host part."""

    base_url: str
    api_key: str


class Aggregator:
    """An aggregator behind the identity port."""

    def __init__(self, settings: AggregatorSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    def check(
        self, document: Document, number: Secret, msisdn: Msisdn, reference: str
    ) -> IdentityOutcome:
        """POST /v2/api/identity/ng/bvn or nin. The subscriber agreed on the screen before."""
        body = {
            "id": number.value, "isSubjectConsent": True,
            "metadata": {"requestId": reference, "msisdn": msisdn},
        }  # fmt: skip
        headers = {"token": self._settings.api_key, "Content-Type": "application/json",
                   "Accept": "application/json"}  # fmt: skip
        url = self._settings.base_url + _PATHS[document]
        request = OutboundRequest(
            NAME, "POST", url, headers, json.dumps(body).encode(), reference, private=True
        )
        try:
            answer = self._http.send(request)
        except (NotSentError, AnswerLostError) as error:
            return IdentityUnknown(error.code)
        if answer.status in codes.REFUSED:
            return NotMatched(str(answer.status))
        if answer.status != 200:
            return IdentityUnknown(str(answer.status))
        return _read(_data(answer), number, msisdn)


def _data(answer: OutboundResponse) -> dict[str, Any]:
    try:
        parsed = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    data = parsed.get("data") if isinstance(parsed, dict) and parsed.get("success") else None
    return data if isinstance(data, dict) else {}


def _read(data: dict[str, Any], number: Secret, msisdn: Msisdn) -> IdentityOutcome:
    status = data.get("status")
    if status in codes.NOT_FOUND:
        return NotMatched(str(status))
    parts = (data.get(part) for part in ("firstName", "middleName", "lastName"))
    name = " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
    if status != codes.FOUND or not name or data.get("idNumber") != number.value:
        return IdentityUnknown("unreadable" if status == codes.FOUND else "no_word")
    return Matched(Secret(name), _same_phone(data.get("mobile"), msisdn))


def _same_phone(mobile: object, msisdn: Msisdn) -> bool | None:
    """None where no number came, or none that can be read."""
    try:
        return parse_msisdn(str(mobile), _COUNTRY) == msisdn if mobile else None
    except NotAnMsisdn:
        return None
