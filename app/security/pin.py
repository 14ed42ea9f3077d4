"""PIN hashes: argon2id over an HMAC with a pepper that isn't in the database.

A four-digit PIN has ten thousand values, so a leaked hash alone falls in minutes whatever the
hash costs; what protects it is the pepper, and the lock-out ladder at the door.
"""

import hashlib
import hmac
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from app.domain.msisdn import Msisdn
from app.domain.secret import Secret


@dataclass(frozen=True, slots=True)
class PinHash:
    """An argon2id hash and the id of the pepper it was made with."""

    hash: str
    pepper_id: str


class PinHasher:
    """Makes and checks PIN hashes. `peppers` is `id:key,id:key`; the first is current."""

    def __init__(self, peppers: str, *, memory_kib: int = 7168, passes: int = 5) -> None:
        pairs = [entry.strip().split(":", 1) for entry in peppers.split(",") if entry.strip()]
        self._peppers = {key_id: key.encode() for key_id, key in pairs}
        self._current = pairs[0][0]
        self._argon2 = PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1, type=Type.ID
        )
        self._nobody = self.hash(Secret("none"), Msisdn("nobody"))

    def hash(self, pin: Secret, msisdn: Msisdn) -> PinHash:
        """A new hash under the current pepper."""
        return PinHash(self._argon2.hash(self._peppered(self._current, pin, msisdn)), self._current)

    def matches(self, stored: PinHash, pin: Secret, msisdn: Msisdn) -> bool:
        """Is this the PIN? Takes the same time either way; no transaction may be open."""
        if stored.pepper_id not in self._peppers:
            return False
        try:
            return self._argon2.verify(stored.hash, self._peppered(stored.pepper_id, pin, msisdn))
        except (VerificationError, InvalidHashError):
            return False

    def is_current(self, stored: PinHash) -> bool:
        """False when the hash should be made again under the current pepper."""
        return stored.pepper_id == self._current

    def burn(self, pin: Secret) -> None:
        """Spend the time of a check for a number we don't know, so that nobody can tell."""
        self.matches(self._nobody, pin, Msisdn("nobody"))

    def _peppered(self, key_id: str, pin: Secret, msisdn: Msisdn) -> str:
        message = f"{msisdn}\0{pin.value}".encode()
        return hmac.new(self._peppers[key_id], message, hashlib.sha256).hexdigest()
