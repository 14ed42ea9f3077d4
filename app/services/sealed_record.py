"""Session records that show a secret, sealed: Redis may be read by others than the subscriber."""

import hmac
import json
from dataclasses import replace
from hashlib import sha256

from app.domain.secret import Secret
from app.security.field_encryption import FieldCipher, Place
from app.sessions.store import Record


class Sealer:
    """Seals text and menu of a record under the server's key, bound to its session."""

    def __init__(self, key: bytes) -> None:
        self._cipher = FieldCipher(f"s1:{hmac.digest(key, b'session records', sha256).hex()}")

    def seal(self, record: Record, channel: str, session: str) -> Record:
        plain = Secret(json.dumps([record.text, record.menu]))
        sealed = self._cipher.encrypt(plain, _place(channel, session))
        return replace(record, text="", menu=[sealed])

    def open(self, record: Record, channel: str, session: str) -> Record:
        """The record as it was, sealed or not. Raises Unreadable."""
        match record.menu:
            case [str(sealed)]:
                plain = self._cipher.decrypt(sealed, _place(channel, session))
                text, menu = json.loads(plain.value)
                return replace(record, text=text, menu=menu)
        return record


def _place(channel: str, session: str) -> Place:
    return Place("session", channel, session)
