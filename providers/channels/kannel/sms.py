"""SMS through a Kannel of one's own: MT by its sendsms interface, MO and delivery reports by HTTP.

As Kannel 1.4.5 was seen to do it: sendsms takes the text as a posted body and everything else in
X-Kannel headers (which, other than addresses, are recorded nowhere); its answer is a line of text.
MO are posted by an sms-service (see message.py). A report is fetched with GET from the address we
gave with the SMS; that address holds our own id, for Kannel names none when it accepts.
"""

import re
from dataclasses import dataclass

from app.ports.channels import (
    DeliveryReport,
    GatewayRequest,
    MoSms,
    MtSms,
    SmsAccepted,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsState,
    SmsUnknown,
    Unreadable,
)
from providers.channels.kannel.message import query_of, read_message
from providers.http_client import (
    AnswerLostError,
    HttpClient,
    NotSentError,
    OutboundRequest,
    OutboundResponse,
)

NAME = "kannel"
SAID = b""
"""Kannel sends on as an SMS what an MO is answered: nothing is."""
METHODS: tuple[str, ...] = ("GET",)
"""Reports are fetched."""

_REPORTS = "31"
"""dlr-mask: all of them."""
_UCS_2 = "2"
_GSM_LETTERS = frozenset("£¤¥§¡¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€")
"""Those of GSM 03.38 outside ASCII. Kannel puts a question mark for others unless told UCS-2."""

ACCEPTED = frozenset({(202, "0:"), (202, "3:")})
"""Handed to a connection, or kept until there is one."""
NOT_SENT = frozenset({(403, "Authorization"), (404, "Unknown"), (503, "Temporal")})
"""Wrong login, wrong address, no room: the same SMS may be tried again."""
REFUSED = frozenset({
    (403, "Not"),  # routable
    (400, "Number(s)"),  # denied by white- or blacklists
    (400, "Missing"),  # receiver
    (400, "Empty"),  # receiver
})  # fmt: skip
"""Status and first word of what Kannel says; one not listed is unknown."""

DELIVERY = {
    "1": SmsState.DELIVERED, "2": SmsState.FAILED, "4": SmsState.BUFFERED, "8": SmsState.SENT,
    "16": SmsState.FAILED,
}  # fmt: skip
"""`%d` of a report; 8 is the SMSC's word that it has the SMS, 16 that it won't take it."""
_WORDS = re.compile(r"(stat|err):(\w+)|(NACK)/([^/]*)")
"""What is kept of a report's text (`%A`): it also repeats how the SMS began."""


@dataclass(frozen=True, slots=True)
class KannelSettings:
    """`smsc` is the connection to send by, `account` what Kannel's log charges; either may be
    empty. `sender` is what an SMS comes from that names nobody. `delivery_url` is where reports are
    to come to; none are asked for when it is empty."""

    base_url: str
    username: str
    password: str
    smsc: str
    account: str
    sender: str
    delivery_url: str


class KannelSms:
    """Kannel as an SMS gateway."""

    name = NAME

    def __init__(self, settings: KannelSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    def send(self, sms: MtSms) -> SmsOutcome:
        request = OutboundRequest(
            NAME, "POST", f"{self._settings.base_url}/cgi-bin/sendsms", self._headers(sms),
            sms.text.encode(), sms.reference, sms.secrets,
        )  # fmt: skip
        try:
            answer = self._http.send(request)
        except NotSentError as error:
            return SmsNotSent(error.code)
        except AnswerLostError as error:
            return SmsUnknown(error.code)
        return _outcome(answer, sms.reference)

    def _headers(self, sms: MtSms) -> dict[str, str]:
        wanted = self._settings
        headers = {
            "Content-Type": "text/plain; charset=UTF-8",
            "X-Kannel-Username": wanted.username, "X-Kannel-Password": wanted.password,
            "X-Kannel-From": sms.sender or wanted.sender, "X-Kannel-To": sms.to,
        }  # fmt: skip
        if any(not c.isascii() and c not in _GSM_LETTERS for c in sms.text):
            headers["X-Kannel-Coding"] = _UCS_2
        if wanted.smsc:
            headers["X-Kannel-SMSC"] = wanted.smsc
        if wanted.account:
            headers["X-Kannel-Account"] = wanted.account
        if wanted.delivery_url:
            ours = f"{wanted.delivery_url}?id={sms.reference}&type=%d&said=%A"
            headers["X-Kannel-DLR-Mask"] = _REPORTS
            headers["X-Kannel-DLR-URL"] = ours
        return headers


def _outcome(answer: OutboundResponse, reference: str) -> SmsOutcome:
    """`reference` is what reports will name: our own id, sent with the SMS."""
    said = answer.body.decode("utf-8", "replace")
    heard = answer.status, said.partition(" ")[0]
    code = f"{answer.status} {said[:50]}".strip()
    if heard in ACCEPTED:
        return SmsAccepted(reference)
    if heard in NOT_SENT:
        return SmsNotSent(code)
    return SmsRefused(code) if heard in REFUSED else SmsUnknown(code)


def parse_inbound(request: GatewayRequest) -> MoSms:
    """A MO SMS. Raises Unreadable."""
    message = read_message(request)
    return MoSms(
        NAME, message.id, message.sender, message.to[:20], message.text[:1_000], message.sent_at,
        message.network_code,
    )  # fmt: skip


def parse_delivery(request: GatewayRequest) -> DeliveryReport:
    """A delivery report. Raises Unreadable."""
    asked = query_of(request)
    ours, kind = asked.get("id", ""), asked.get("type", "")
    if not 0 < len(ours) <= 100:
        raise Unreadable("no id")
    words = {name: value for pair in _WORDS.findall(asked.get("said", "")) for name, value in
             (pair[:2], pair[2:]) if name}  # fmt: skip
    state = SmsState.EXPIRED if words.get("stat") == "EXPIRED" else DELIVERY.get(kind)
    reason = " ".join(words.values()) if state else f"type {kind}"
    return DeliveryReport(NAME, ours, state or SmsState.SENT, reason[:60], reference=ours)
