"""Single fields, encrypted: AES-256-GCM, bound to the place they stand in."""

import base64
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class NotDecryptable(Exception):
    """The text was changed, moved from elsewhere, or made under a key that isn't there."""


class FieldCipher:
    """`keys` is `id:key,id:key`; the first is current, the others still read.

    `aad` names the place (`table|column|row`): a text copied to another place can't be read there.
    """

    def __init__(self, keys: str) -> None:
        pairs = [entry.strip().split(":", 1) for entry in keys.split(",") if entry.strip()]
        self._keys = {
            id_: AESGCM(sha256(b"fields\n" + key.encode()).digest()) for id_, key in pairs
        }
        self._current = pairs[0][0]

    def encrypt(self, plain: bytes, aad: str) -> str:
        """`<key id>:<base64 of nonce and ciphertext>`; another text each time."""
        nonce = os.urandom(_NONCE_BYTES)
        made = self._keys[self._current].encrypt(nonce, plain, aad.encode())
        return f"{self._current}:{base64.b64encode(nonce + made).decode()}"

    def decrypt(self, text: str, aad: str) -> bytes:
        """What was encrypted for this place. Raises NotDecryptable."""
        id_, _, body = text.partition(":")
        try:
            raw = base64.b64decode(body, validate=True)
            return self._keys[id_].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], aad.encode())
        except (KeyError, ValueError, InvalidTag) as error:
            raise NotDecryptable from error
