"""Codes that are shown once and stored nowhere."""

import hmac
from base64 import b32encode
from hashlib import sha256

import pyotp

from app.domain.secret import Secret


class _StepCodes:
    """Made from the step that asked for them under the server's key: every copy of a hop shows the
    same code, and nobody finds it in the database."""

    purpose = b""
    digits = 0

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, self.purpose, sha256)

    def code(self, channel: str, session: str, step: int) -> Secret:
        """The code of what was asked for in this step."""
        made = hmac.digest(self._key, f"{channel}\n{session}\n{step}".encode(), sha256)
        return Secret(f"{int.from_bytes(made[:8]) % 10**self.digits:0{self.digits}d}")


class WithdrawalCodes(_StepCodes):
    """Six digits that an agent needs to pay a withdrawal."""

    purpose = b"withdrawal codes"
    digits = 6


class ApprovalCodes(_StepCodes):
    """Four digits by which an agent finds what a customer wants approved."""

    purpose = b"approval codes"
    digits = 4


class WishCodes:
    """Six digits that go to the handset which is said to have sent an SMS, once per SMS (RFC 4226).

    Made from the SMS's id under the server's key, so that an SMS with the code that is sent twice
    says the same; what is stored is a keyed digest.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"wish codes", sha256)

    def code(self, channel: str, session: str) -> Secret:
        """The code for what this SMS wanted."""
        made = self._of(b"code", channel, session)
        return Secret(pyotp.HOTP(b32encode(made).decode().rstrip("=")).at(0))

    def digest(self, channel: str, session: str, code: Secret) -> bytes:
        """What is stored of it, and compared with."""
        return hmac.digest(self._of(b"digest", channel, session), code.value.encode(), sha256)

    def _of(self, purpose: bytes, channel: str, session: str) -> bytes:
        key = hmac.digest(self._key, purpose, sha256)
        return hmac.digest(key, f"{channel}\n{session}".encode(), sha256)


class SignInCodes:
    """Six digits that prove a number at the REST API (RFC 4226), made from what was drawn for the
    number: the code stands nowhere, and nobody finds it without the server's key."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"sign-in codes", sha256)

    def code(self, msisdn: str, nonce: bytes) -> Secret:
        """The code of this number for this draw."""
        made = hmac.digest(self._key, msisdn.encode() + b"\0" + nonce, sha256)
        return Secret(pyotp.HOTP(b32encode(made).decode().rstrip("=")).at(0))

    def matches(self, msisdn: str, nonce: bytes, code: Secret) -> bool:
        """Is this the code? Constant time."""
        return hmac.compare_digest(self.code(msisdn, nonce).value.encode(), code.value.encode())

    def subject(self, subscriber_id: int) -> str:
        """By what name a token knows a subscriber: the same for ever, and it says nothing."""
        return hmac.digest(self._key, f"subject\0{subscriber_id}".encode(), sha256).hex()[:32]
