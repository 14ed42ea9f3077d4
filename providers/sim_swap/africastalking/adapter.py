"""Africa's Talking Insights: asks when a SIM was changed last; the answer comes by callback.

Sources: africastalking-python 2.0.3 Insights.py (path, headers, body); see README.md for the rest.
"""

import json
from dataclasses import dataclass

from app.domain.msisdn import Msisdn
from app.ports.sim_swap import Answered, Asked, SwapUnknown
from providers.http_client import AnswerLostError, HttpClient, NotSentError, OutboundRequest

NAME = "africastalking"
_PEER = "africastalking-insights"
_QUEUED = frozenset({200, 201})
LONGEST_REQUEST_ID = 100


@dataclass(frozen=True, slots=True)
class InsightsAccount:
    """`base_url` is the host part of the insights address, which isn't that of airtime."""

    base_url: str
    username: str
    api_key: str


class AfricasTalkingSimSwap:
    """Africa's Talking behind the SIM swap port."""

    name = NAME

    def __init__(self, account: InsightsAccount, http: HttpClient) -> None:
        self._account = account
        self._http = http

    def ask(self, msisdn: Msisdn) -> Asked | Answered | SwapUnknown:
        """POST /v1/sim-swap with one number."""
        body = {"username": self._account.username, "phoneNumbers": [msisdn]}
        headers = {
            "apiKey": self._account.api_key, "Accept": "application/json",
            "Content-Type": "application/json",
        }  # fmt: skip
        url = f"{self._account.base_url}/v1/sim-swap"
        request = OutboundRequest(_PEER, "POST", url, headers, json.dumps(body).encode(), msisdn)
        try:
            answer = self._http.send(request)
        except (NotSentError, AnswerLostError) as error:
            return SwapUnknown(error.code)
        if answer.status not in _QUEUED:
            return SwapUnknown(str(answer.status))
        try:
            [response] = json.loads(answer.body)["responses"]
            request_id = response["requestId"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return SwapUnknown("unreadable")
        if not isinstance(request_id, str) or not 1 <= len(request_id) <= LONGEST_REQUEST_ID:
            return SwapUnknown("unreadable")
        return Asked(request_id) if request_id != "None" else SwapUnknown("not_asked")
