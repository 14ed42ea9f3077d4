"""Codes that are shown once and stored nowhere."""

import hmac
from hashlib import sha256

from app.domain.secret import Secret


class WithdrawalCodes:
    """Six digits, made from the step that asked for them under the server's key: every copy of a
    hop shows the same code, and nobody finds it in the database."""

    def __init__(self, key: bytes) -> None:
        self._key = hmac.digest(key, b"withdrawal codes", sha256)

    def code(self, channel: str, session: str, step: int) -> Secret:
        """The code of the withdrawal asked for in this step."""
        made = hmac.digest(self._key, f"{channel}\n{session}\n{step}".encode(), sha256)
        return Secret(f"{int.from_bytes(made[:8]) % 1_000_000:06d}")
