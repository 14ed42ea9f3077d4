"""Tokens of the REST API: JWT (RFC 7519) under HMAC-SHA256, with the id of the key that signed.

Access and refresh tokens differ in their audience. A refresh token says which generation of its
sign-in it is, so none is stored, and one that was used before is known as such.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from app.domain.secret import Secret

ISSUER = "nexustop"
ACCESS, REFRESH = "nexustop-api", "nexustop-refresh"
_ALGORITHM = "HS256"
_OPTIONS: Any = {
    "require": ["iss", "aud", "sub", "sid", "iat", "exp"],
    # By our own clock, below.
    "verify_exp": False, "verify_iat": False,
}  # fmt: skip


class TokenRefused(Exception):
    """Not a token of ours, or not for this."""


class TokenExpired(TokenRefused):
    """A good token whose time is over."""


@dataclass(frozen=True, slots=True)
class Claims:
    """`subject` is the subscriber as the outside knows it, `sign_in` the sign-in's id."""

    subject: str
    sign_in: str
    generation: int


class ApiTokens:
    """`keys`: `id:key,id:key`; the first signs, each of them is believed."""

    def __init__(self, keys: str) -> None:
        pairs = [entry.strip().split(":", 1) for entry in keys.split(",")]
        self._keys = dict(pairs)
        self._current = pairs[0][0]

    def sign(self, audience: str, claims: Claims, now: datetime, until: datetime) -> Secret:
        """A token for this audience, good until then."""
        body = {
            "iss": ISSUER, "aud": audience, "sub": claims.subject, "sid": claims.sign_in,
            "gen": claims.generation, "iat": int(now.timestamp()), "exp": int(until.timestamp()),
        }  # fmt: skip
        headers = {"kid": self._current}
        return Secret(jwt.encode(body, self._keys[self._current], _ALGORITHM, headers))

    def read(self, audience: str, token: Secret, now: datetime) -> Claims:
        """What a token says that we signed for this audience. Raises TokenRefused, TokenExpired."""
        try:
            kid = jwt.get_unverified_header(token.value).get("kid")
            body = jwt.decode(
                token.value, self._keys[str(kid)], algorithms=[_ALGORITHM], audience=audience,
                issuer=ISSUER, options=_OPTIONS,
            )  # fmt: skip
            return _claims(body, now)
        except (jwt.PyJWTError, KeyError, ValueError, TypeError):
            raise TokenRefused from None


def _claims(body: dict[str, Any], now: datetime) -> Claims:
    if int(body["exp"]) <= now.timestamp():
        raise TokenExpired
    return Claims(str(body["sub"]), str(body["sid"]), int(body["gen"]))
