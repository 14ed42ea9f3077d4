"""Texts as octets and back, by data_coding: GSM 03.38 one septet an octet, Latin-1, UCS-2.

Sources: SMPP specification v3.4, 5.2.19 (data_coding: 0 the SMSC's default, 1 IA5, 3 Latin-1, 8
UCS-2) and 3GPP TS 23.038 (the alphabet and its extension). What 0 means is each SMSC's choice; most
take it as GSM 03.38.
"""

from typing import Literal

DefaultAlphabet = Literal["gsm", "latin-1"]

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENDED = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
    0x40: "|", 0x65: "€",
}  # fmt: skip
_SEPTETS = {
    **{character: bytes([code]) for code, character in enumerate(_BASIC) if code != _ESCAPE},
    **{character: bytes([_ESCAPE, code]) for code, character in _EXTENDED.items()},
}
_CHARACTERS = {code: character for code, character in enumerate(_BASIC) if code != _ESCAPE}

DEFAULT, IA5, LATIN_1, UCS_2 = 0, 1, 3, 8


class NotInAlphabet(Exception):
    """The text needs UCS-2."""


def to_gsm(text: str) -> list[bytes]:
    """One or two octets for each character. Raises NotInAlphabet."""
    try:
        return [_SEPTETS[character] for character in text]
    except KeyError:
        raise NotInAlphabet from None


def from_gsm(octets: bytes) -> str:
    """The text; an escape before an unknown code is a space, as handsets show it."""
    found, codes = [], iter(octets)
    for code in codes:
        if code == _ESCAPE:
            code = next(codes, 0x20)  # noqa: PLW2901 - the pair is one character
            found.append(_EXTENDED.get(code) or _CHARACTERS.get(code, " "))
        else:
            found.append(_CHARACTERS.get(code, "?"))
    return "".join(found)


def to_ucs2(text: str) -> list[bytes]:
    """Two octets for each character, four for one outside the basic plane."""
    return [character.encode("utf-16-be", "replace") for character in text]


def to_default(text: str, alphabet: DefaultAlphabet) -> list[bytes]:
    """A text in what the SMSC takes data_coding 0 for. Raises NotInAlphabet."""
    if alphabet == "gsm":
        return to_gsm(text)
    try:
        return [character.encode("latin-1") for character in text]
    except UnicodeEncodeError:
        raise NotInAlphabet from None


def decode(octets: bytes, data_coding: int, alphabet: DefaultAlphabet) -> str:
    """The text of user data without its header; what can't be read becomes U+FFFD or "?".

    A data_coding of TS 23.038's general groups (0x0 to 0x7, 0xF) names its alphabet in its bits;
    anything else is read as the default alphabet.
    """
    if data_coding == UCS_2 or (data_coding & 0xCC) == 0x08 or (data_coding & 0xF0) == 0xE0:
        return octets.decode("utf-16-be", "replace")
    if data_coding in {IA5, LATIN_1}:
        return octets.decode("latin-1")
    return from_gsm(octets) if alphabet == "gsm" else octets.decode("latin-1")
