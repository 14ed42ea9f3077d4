"""Africa's Talking USSD: a form comes in with the whole history, `CON ` or `END ` goes back.

Facts from developers.africastalking.com/docs/ussd (overview, handle sessions, notifications):
fields sessionId, serviceCode, phoneNumber, networkCode (may be missing), text (inputs joined by
"*"); any answer but 200 text/plain beginning with CON or END ends the session as failed; the
`at-ussd-hop-metadata` answer header labels a hop, at most 99 characters, no "|".
"""

from urllib.parse import unquote_to_bytes

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from app.ports.channels import SessionEnd, UssdAnswer, UssdHop

CHANNEL = "africastalking"
LABEL_HEADER = "at-ussd-hop-metadata"

LONGEST_BODY = 16_384
LONGEST_SESSION_ID = 128
LONGEST_TEXT = 1_024
MOST_INPUTS = 60


class BadHop(Exception):
    """The request isn't a hop; the text says why, without repeating any of it."""


def parse_form(body: bytes) -> dict[str, str]:
    """The fields of a urlencoded body. Raises BadHop when it is too long, isn't UTF-8, or repeats
    a field."""
    if len(body) > LONGEST_BODY:
        raise BadHop("body too long")
    fields: dict[str, str] = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        try:
            key = unquote_to_bytes(name).decode("ascii")
            text = unquote_to_bytes(value.replace(b"+", b" ")).decode()
        except UnicodeDecodeError:
            raise BadHop("not UTF-8") from None
        if key in fields:
            raise BadHop("repeated field")
        fields[key] = text
    return fields


def parse_hop(body: bytes) -> UssdHop:
    """A hop from the raw form body. Raises BadHop."""
    fields = parse_form(body)
    session = fields.get("sessionId", "")
    text = fields.get("text", "")
    if not session or len(session) > LONGEST_SESSION_ID or not session.isascii():
        raise BadHop("no session id")
    if not session.isprintable() or len(text) > LONGEST_TEXT:
        raise BadHop("session id or text out of bounds")
    try:
        msisdn = parse_msisdn(fields.get("phoneNumber", ""))
    except NotAnMsisdn:
        raise BadHop("not an MSISDN") from None
    inputs = tuple(text.split("*")) if text else ()
    if len(inputs) > MOST_INPUTS:
        raise BadHop("too many inputs")
    return UssdHop(
        CHANNEL, session, msisdn, fields.get("serviceCode", ""), fields.get("networkCode") or None,
        inputs,
    )  # fmt: skip


def render(answer: UssdAnswer) -> tuple[bytes, list[tuple[str, str]]]:
    """The answer's body and headers."""
    prefix = "END " if answer.close else "CON "
    headers = [("Content-Type", "text/plain; charset=utf-8")]
    if answer.label:
        headers.append((LABEL_HEADER, answer.label.replace("|", "/")[:99]))
    return (prefix + answer.text).encode(), headers


def parse_end(body: bytes) -> SessionEnd:
    """An end-of-session notification. Its `input` and `lastAppResponse` may hold a PIN and
    personal data: they aren't read. Raises BadHop."""
    fields = parse_form(body)
    session = fields.get("sessionId", "")
    if not session or len(session) > LONGEST_SESSION_ID:
        raise BadHop("no session id")
    return SessionEnd(
        CHANNEL, session, fields.get("status", "")[:20], _whole(fields.get("durationInMillis")),
        _whole(fields.get("hopsCount")), fields.get("cost", "")[:20],
    )  # fmt: skip


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
