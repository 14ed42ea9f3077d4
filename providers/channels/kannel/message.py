"""A message that Kannel brings, SMS or USSD alike: the text is posted, the rest in the query.

So it is with `post-url` and the escapes of docs/kannel.md, as Kannel 1.4.5 was seen to do it: the
body is the text in the charset of its Content-Type (UTF-8 or UTF-16BE; binary messages come as
application/octet-stream), and a message that is posted again has the id (`%I`) and the time (`%T`,
seconds since 1970) that it had before. `get-url` would write a PIN into every proxy's log: it
isn't read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.msisdn import Msisdn
from app.ports.channels import GatewayRequest, Unreadable
from providers.forms import parse_form
from providers.hop_fields import msisdn

_CHARSETS = {"utf-8": "utf-8", "utf-16be": "utf-16-be"}
_TEXT = re.compile(r'text/plain; *charset="?([\w-]+)"?', re.IGNORECASE)
_LONGEST_BODY = 8_192


@dataclass(frozen=True, slots=True)
class Message:
    """`sent_at` is when Kannel got it; `meta` the TLVs of a USSD message, unread."""

    id: str
    sender: Msisdn
    to: str
    text: str
    sent_at: datetime
    network_code: str | None
    meta: str

    def __repr__(self) -> str:
        return f"Message({self.id})"


def query_of(request: GatewayRequest) -> Mapping[str, str]:
    """What Kannel was told to add to our address. Raises Unreadable."""
    return parse_form(request.query.encode("latin-1"))


def read_message(request: GatewayRequest) -> Message:
    """The message. Raises Unreadable."""
    if request.method != "POST":
        raise Unreadable("not posted: Kannel must be given post-url")
    asked = query_of(request)
    name, at = asked.get("id", ""), asked.get("at", "")
    if not 0 < len(name) <= 100:
        raise Unreadable("no id")
    if not re.fullmatch("[0-9]{1,11}", at):
        raise Unreadable("no time")
    return Message(
        name, msisdn(asked.get("from", "")), asked.get("to", "")[:40], _text(request),
        datetime.fromtimestamp(int(at), UTC), asked.get("network") or None, asked.get("meta", ""),
    )  # fmt: skip


def _text(request: GatewayRequest) -> str:
    said = _TEXT.fullmatch(request.content_type.strip())
    charset = _CHARSETS.get(said[1].lower()) if said else None
    if charset is None:
        raise Unreadable("no text")
    if len(request.body) > _LONGEST_BODY:
        raise Unreadable("body too long")
    try:
        text = request.body.decode(charset)
    except UnicodeDecodeError:
        raise Unreadable("not in its charset") from None
    return text.replace("\0", "")
