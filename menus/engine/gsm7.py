"""GSM 03.38: what a feature phone shows, what it costs in septets, how to fold the rest.

One character outside the alphabet turns a whole message into UCS-2 and halves what fits, so texts
are folded before they are measured and sent.
"""

import unicodedata

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€"
"""Each of these takes an escape and so two septets."""

_COST = {**dict.fromkeys(BASIC, 1), **dict.fromkeys(EXTENDED, 2)}
_ALPHABET = frozenset(_COST)

_FOLD = {
    "ɓ": "b", "Ɓ": "B", "ɗ": "d", "Ɗ": "D", "ƙ": "k", "Ƙ": "K", "ƴ": "y", "Ƴ": "Y",
    "ʼ": "'", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-",
    "…": "...", "₦": "N", "₵": "GHS ", "ç": "c", "œ": "oe", "Œ": "OE",
    "\u00a0": " ", "\u202f": " ", "\t": " ",
}  # fmt: skip


def septets(text: str) -> int:
    """The text's length in septets. Raises KeyError for a character outside the alphabet."""
    return sum(map(_COST.__getitem__, text))


def is_gsm7(text: str) -> bool:
    """Is every character in the alphabet or its extension?"""
    return _ALPHABET.issuperset(text)


def fold(text: str) -> str:
    """The text with every character outside the alphabet replaced by its nearest inside."""
    if is_gsm7(text):
        return text
    return "".join(c if c in _COST else _folded(c) for c in unicodedata.normalize("NFC", text))


def _folded(character: str) -> str:
    if character in _FOLD:
        return _FOLD[character]
    base = "".join(
        c for c in unicodedata.normalize("NFD", character) if not unicodedata.combining(c)
    )
    return "".join(c if c in _COST else _FOLD.get(c, "?") for c in base)
