"""Codes that are shown once and stored nowhere."""

import hmac
from hashlib import sha256

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
