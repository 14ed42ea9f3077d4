"""Africa's Talking SMS: MT by POST /version1/messaging; MO, delivery reports, opt-outs as forms.

Sources: docs.africastalking.com/sms (sending, notifications). A 201 holds one entry per
recipient; errors before that are plain text.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from app.ports.channels import (
    DeliveryReport,
    GatewayRequest,
    MoSms,
    MtSms,
    OptOut,
    SmsAccepted,
    SmsNotSent,
    SmsOutcome,
    SmsRefused,
    SmsState,
    SmsUnknown,
    Unreadable,
)
from providers.forms import parse_form
from providers.hop_fields import msisdn
from providers.http_client import AnswerLostError, HttpClient, NotSentError, OutboundRequest

NAME = "africastalking"
SAID = b"OK"
"""What it is answered; it looks at the status alone."""
METHODS: tuple[str, ...] = ()
"""HTTP methods beside POST by which it calls."""

ACCEPTED = frozenset({100, 101, 102})
TRY_AGAIN = frozenset({402, 405, 500, 501})
"""A sender id that isn't ours and an empty account are our trouble, not the number's."""
REFUSED = frozenset({401, 403, 404, 406, 407, 409, 502})
DO_NOT_DISTURB = frozenset({406, 409})
DO_NOT_DISTURB_REASONS = frozenset({"userinblacklist", "donotdisturbrejection"})
"""Of delivery reports, in lower case: the vendor writes one of them in two ways."""

DELIVERY = {
    "Sent": SmsState.SENT, "Submitted": SmsState.SENT, "Buffered": SmsState.BUFFERED,
    "Success": SmsState.DELIVERED, "Rejected": SmsState.FAILED, "Failed": SmsState.FAILED,
    "AbsentSubscriber": SmsState.FAILED, "Expired": SmsState.EXPIRED,
}  # fmt: skip
"""Delivery report status -> state; one not listed is kept as the reason and changes nothing."""


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """`sender` is the sender id or short code of an SMS that names none; empty for the account's
    default."""

    base_url: str
    username: str
    api_key: str
    sender: str


class AfricasTalkingSms:
    """Africa's Talking as an SMS gateway."""

    name = NAME

    def __init__(self, settings: SmsSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http

    def send(self, sms: MtSms) -> SmsOutcome:
        form = {"username": self._settings.username, "to": sms.to, "message": sms.text,
                "bulkSMSMode": "1"}  # fmt: skip
        if sender := sms.sender or self._settings.sender:
            form["from"] = sender
        request = OutboundRequest(
            NAME, "POST", f"{self._settings.base_url}/version1/messaging",
            {
                "apiKey": self._settings.api_key, "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            urlencode(form).encode(), sms.reference, sms.secrets,
        )  # fmt: skip
        try:
            answer = self._http.send(request)
        except NotSentError as error:
            return SmsNotSent(error.code)
        except AnswerLostError as error:
            return SmsUnknown(error.code)
        if answer.status in {401, 403, 429}:
            return SmsNotSent(str(answer.status))
        if answer.status >= 500:
            return SmsUnknown(str(answer.status))
        return _of_recipient(answer.body)


def _of_recipient(body: bytes) -> SmsOutcome:
    try:
        data = json.loads(body)["SMSMessageData"]
        recipients = data["Recipients"]
        if not recipients:
            return SmsRefused(str(data.get("Message", ""))[:60] or "no_recipient")
        recipient: dict[str, Any] = recipients[0]
        code = int(recipient["statusCode"])
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError):
        return SmsUnknown("unreadable")
    if code in ACCEPTED:
        return SmsAccepted(str(recipient.get("messageId", "")), str(recipient.get("cost", "")))
    if code in TRY_AGAIN:
        return SmsNotSent(str(code))
    if code in REFUSED:
        said = f"{code} {str(recipient.get('status', ''))[:40]}"
        return SmsRefused(said, do_not_disturb=code in DO_NOT_DISTURB)
    return SmsUnknown(str(code))


def parse_inbound(request: GatewayRequest) -> MoSms:
    """A MO SMS. Raises Unreadable."""
    fields = parse_form(request.body)
    gateway_id = fields.get("id", "")
    if not gateway_id or len(gateway_id) > 100 or "text" not in fields:
        raise Unreadable("no id or no text")
    return MoSms(
        NAME, gateway_id, msisdn(fields.get("from", "")), fields.get("to", "")[:20],
        fields["text"][:1_000], _date(fields.get("date", "")), fields.get("networkCode") or None,
    )  # fmt: skip


def parse_delivery(request: GatewayRequest) -> DeliveryReport:
    """A delivery report. Raises Unreadable."""
    fields = parse_form(request.body)
    gateway_id = fields.get("id", "")
    if not gateway_id:
        raise Unreadable("no id")
    status = fields.get("status", "")
    state = DELIVERY.get(status)
    reason = fields.get("failureReason", "") if state else f"status {status}"
    return DeliveryReport(
        NAME, gateway_id, state or SmsState.SENT, reason[:60],
        do_not_disturb=reason.lower() in DO_NOT_DISTURB_REASONS,
    )  # fmt: skip


def parse_opt_out(request: GatewayRequest) -> OptOut:
    """A bulk opt-out. Raises Unreadable."""
    fields = parse_form(request.body)
    return OptOut(msisdn(fields.get("phoneNumber", "")), fields.get("senderId", "")[:20])


def _date(text: str) -> datetime | None:
    """Both shapes seen: `2017-05-03T06:04:45Z` and `2017-05-03 06:04:45`, in UTC."""
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
