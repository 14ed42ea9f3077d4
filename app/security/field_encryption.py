"""Fields that are stored encrypted, and found without being decrypted.

AES-256-GCM; a stored field is `v1|key id|nonce|ciphertext`, the last two in base64url. Version, key
id, table, column and row are associated data, so a ciphertext moved elsewhere can't be read. The
same value is found again through a blind index: an HMAC under a key of its own, since a plain
digest of eleven digits is guessed in a minute.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.domain.secret import Secret

_VERSION = "v1"
_NONCE_BYTES = 12


class Unreadable(Exception):
    """Not a field of ours, moved from elsewhere, or its key is no longer configured."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field is stored; `row` is the id, or another name, of its row."""

    table: str
    column: str
    row: int | str


class FieldCipher:
    """Encrypts under the first of `keys` (`id:key,id:key`), reads under any of them."""

    def __init__(self, keys: str) -> None:
        pairs = [entry.strip().split(":", 1) for entry in keys.split(",") if entry.strip()]
        self._ciphers = {key_id: AESGCM(_derived(key, "field")) for key_id, key in pairs}
        self._index_keys = [_derived(key, "blind index") for _, key in pairs]
        self._current = pairs[0][0]

    def encrypt(self, value: Secret, place: Place) -> str:
        """The field as it is stored there."""
        return self.encrypt_bytes(value.value.encode(), place)

    def decrypt(self, stored: str, place: Place) -> Secret:
        """The value of a field stored there. Raises Unreadable."""
        return Secret(self.decrypt_bytes(stored, place).decode())

    def encrypt_bytes(self, value: bytes, place: Place) -> str:
        """The same for what isn't text, or may not be."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(
            nonce, value, _associated(self._current, place)
        )
        return "|".join((_VERSION, self._current, _text(nonce), _text(sealed)))

    def decrypt_bytes(self, stored: str, place: Place) -> bytes:
        """What `encrypt_bytes` was given. Raises Unreadable."""
        try:
            version, key_id, nonce, sealed = stored.split("|")
            if version != _VERSION:
                raise Unreadable(version)
            return self._ciphers[key_id].decrypt(
                urlsafe_b64decode(nonce), urlsafe_b64decode(sealed), _associated(key_id, place)
            )
        except (ValueError, KeyError, InvalidTag) as error:
            raise Unreadable(type(error).__name__) from None

    @property
    def key_id(self) -> str:
        """Of the key that new fields are under."""
        return self._current

    @property
    def rotating(self) -> bool:
        """Is there an older key, under which a field may still be?"""
        return len(self._ciphers) > 1

    @property
    def prefix(self) -> str:
        """What every field under the current key begins with."""
        return f"{_VERSION}|{self._current}|"

    def indexes(self, purpose: str, value: Secret) -> tuple[bytes, ...]:
        """The blind index of a value under each key, the current one first: an index made under an
        older key is found too. `purpose` keeps equal values of different kinds apart."""
        message = f"{purpose}\0{value.value}".encode()
        return tuple(hmac.digest(key, message, sha256) for key in self._index_keys)


def _derived(key: str, purpose: str) -> bytes:
    info = f"nexustop {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(key.encode())


def _associated(key_id: str, place: Place) -> bytes:
    return "|".join((_VERSION, key_id, place.table, place.column, str(place.row))).encode()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode()
