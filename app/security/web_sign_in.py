"""What signing in to the back-office keeps secret: tokens, recovery codes, the enrolment's SMS."""

import hmac
import secrets
from base64 import b32encode
from hashlib import sha256

from app.domain.secret import Secret

_CODE_BYTES = 10


class WebSecrets:
    """A token has 256 bits, so its plain digest says nothing; what people type has fewer and is
    kept as a digest under the server's key."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"back-office sign-in", sha256)

    def new_token(self) -> Secret:
        return Secret(secrets.token_urlsafe(32))

    def token(self, token: Secret) -> bytes:
        """What is stored of a token."""
        return sha256(token.value.encode()).digest()

    def name(self, name: str) -> bytes:
        """Under what wrong tries at this name are counted, whether anybody has it or not."""
        return self._digest("name", name)

    def new_recovery_codes(self, count: int) -> tuple[Secret, ...]:
        """80 bits each, in groups of four letters."""
        letters = (b32encode(secrets.token_bytes(_CODE_BYTES)).decode() for _ in range(count))
        return tuple(
            Secret("-".join(text[start : start + 4] for start in range(0, len(text), 4)))
            for text in letters
        )

    def recovery_code(self, kind: str, person_id: int, code: Secret) -> bytes:
        """What is stored of a recovery code; dashes, spaces and the letters' size don't count."""
        plain = code.value.replace("-", "").replace(" ", "").upper()
        return self._digest("recovery code", f"{kind}\n{person_id}\n{plain}")

    def sms_code(self, digest: bytes) -> Secret:
        """The six digits that go to the number of whoever holds the token of a pending sign-in with
        this digest; they stand nowhere."""
        made = self._digest("sms code", digest.hex())
        return Secret(f"{int.from_bytes(made[:8]) % 1_000_000:06d}")

    def _digest(self, purpose: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}\0{value}".encode(), sha256)
