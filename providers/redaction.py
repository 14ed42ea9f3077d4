"""What is cut out of an exchange with a vendor before it is recorded."""

import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from app.domain.unkept import unkept_masked

MASK = "***"
_NAMED = re.compile(
    r"""(?ix) (["']?\b (?: access_?token | refresh_?token | id_token | authorization | api_?key
        | client_?secret | secret(?:_?key)? | password | passwd | pin | otp | cvv2? | security_?code
        ) ["']? \s* [:=] \s*) ("(?:[^"\\]|\\.)*" | '[^']*' | [^\s&,;}<"']+)"""
)
"""A value by whose name nobody needs to read it, in JSON, a form or a header."""


def redacted(body: bytes, secrets: tuple[str, ...]) -> str:
    """Its text without these values however they are written there, without what is named like a
    secret, without card numbers. Done before anything is cut off: half a secret tells too."""
    text = body.decode("utf-8", "replace").replace("\0", "")
    for secret in secrets:
        for written in _spellings(secret):
            text = text.replace(written, MASK)
    return unkept_masked(_NAMED.sub(_masked, text))


def _spellings(secret: str) -> Iterator[str]:
    """As it is, in a form or a query, in a JSON string."""
    if secret:
        plain = (secret, quote_plus(secret), quote(secret, safe=""), quote(secret))
        yield from dict.fromkeys([*plain, json.dumps(secret)[1:-1]])


def _masked(found: re.Match[str]) -> str:
    value = found[2]
    mark = value[0] if value[0] in "\"'" else ""
    return f"{found[1]}{mark}{MASK}{mark}"
