"""The secrets of second factors: digests of printed codes, keys of code apps.

A printed code has a million values, so its digest is worth nothing without the server's key. A code
app's key must be read to check a code (RFC 6238: 30 seconds, six digits, SHA-1, what every app and
token can do), so it is encrypted.
"""

import hmac
from datetime import datetime
from hashlib import sha256

import pyotp

from app.domain.secret import Secret
from app.security.codes import ApprovalCodes, SignInCodes, WishCodes
from app.security.field_encryption import FieldCipher, Place
from app.security.web_sign_in import WebSecrets

_STEP_SECONDS = 30
_WINDOW = (0, -1, 1)
"""Clocks of tokens drift: one step before and after counts too."""


class FactorSecrets:
    """`key` is the server's, `fields` encrypts what must be read again."""

    def __init__(self, key: bytes, fields: FieldCipher) -> None:
        self._key = hmac.digest(key, b"code lists", sha256)
        self._fields = fields
        self.approvals = ApprovalCodes(key)
        self.wishes = WishCodes(key)
        self.web = WebSecrets(key)
        self.sign_in = SignInCodes(key)

    def digest(self, list_id: int, position: int, code: Secret) -> bytes:
        """What is stored of a printed code."""
        key = hmac.digest(self._key, str(list_id).encode(), sha256)
        return hmac.digest(key, f"{position}\n{code.value}".encode(), sha256)

    def new_app_key(self) -> Secret:
        """160 bits in base32, as code apps take them."""
        return Secret(pyotp.random_base32())

    def seal(self, app_key: Secret, subscriber_id: int) -> str:
        return self._fields.encrypt(app_key, app_key_place(subscriber_id))

    def unseal(self, sealed: str, subscriber_id: int) -> Secret:
        """Raises Unreadable."""
        return self._fields.decrypt(sealed, app_key_place(subscriber_id))

    def step_of(
        self, sealed: str, subscriber_id: int, code: Secret, now: datetime, after: int
    ) -> int | None:
        """The time step whose code this is, later than the step `after`; None for a wrong code or
        one of a step that was used. Raises Unreadable."""
        return totp_step(self.unseal(sealed, subscriber_id), code, now, after)


def totp_step(app_key: Secret, code: Secret, now: datetime, after: int) -> int | None:
    """The time step whose code this is, later than `after`; None for a wrong or a used one."""
    app = pyotp.TOTP(app_key.value)
    for drift in _WINDOW:
        number = int(now.timestamp()) // _STEP_SECONDS + drift
        right = app.generate_otp(number)
        if hmac.compare_digest(right.encode(), code.value.encode()) and number > after:
            return number
    return None


def totp_address(app_key: Secret, name: str) -> str:
    """What a code app reads from a QR code (the otpauth scheme of the Key URI Format)."""
    return pyotp.TOTP(app_key.value).provisioning_uri(name=name, issuer_name="NexusTop")


def app_key_place(subscriber_id: int) -> Place:
    """Where the key of a subscriber's code app is stored."""
    return Place("code_apps", "sealed_key", subscriber_id)
