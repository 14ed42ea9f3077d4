"""Whose a hop is: stored encrypted, and found by a blind index, as it comes by the thousand."""

from dataclasses import dataclass

from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.security.field_encryption import FieldCipher, Place

_PURPOSE = "hop"


@dataclass(frozen=True, slots=True)
class HopName:
    """What tells a hop from all others."""

    channel: str
    session: str
    hop: int

    @property
    def place(self) -> Place:
        """Where its number is stored. Of the same session it is the same number."""
        return Place("ussd_hops", "msisdn_ciphertext", f"{self.channel}/{self.session}/{self.hop}")


def indexes(fields: FieldCipher, msisdn: str) -> tuple[bytes, ...]:
    """Under which this number's hops are found, the current key's first."""
    return fields.indexes(_PURPOSE, Secret(msisdn))


def seal(fields: FieldCipher, name: HopName, msisdn: str) -> str:
    """Index and ciphertext in one word, as the stream carries it."""
    index = indexes(fields, msisdn)[0].hex()
    return f"{index}:{fields.encrypt(Secret(msisdn), name.place)}"


def open_number(fields: FieldCipher, name: HopName, ciphertext: str) -> Msisdn:
    """Whose it is. Raises Unreadable."""
    return Msisdn(fields.decrypt(ciphertext, name.place).value)
