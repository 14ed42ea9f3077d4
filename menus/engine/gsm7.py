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
    # Hausa; Akan and Ewe; French. Vowels with dots and tones (Yoruba, Igbo) lose their marks below.
    "ɓ": "b", "Ɓ": "B", "ɗ": "d", "Ɗ": "D", "ƙ": "k", "Ƙ": "K", "ƴ": "y", "Ƴ": "Y",
    "ɛ": "e", "Ɛ": "E", "ɔ": "o", "Ɔ": "O", "ŋ": "n", "Ŋ": "N", "ɖ": "d", "Ɖ": "D",
    "ƒ": "f", "Ƒ": "F", "ɣ": "g", "Ɣ": "G", "ʋ": "v", "Ʋ": "V", "ǝ": "e", "Ǝ": "E",
    "ç": "c", "œ": "oe", "Œ": "OE",
    # What phones and word processors put in place of plain quotes, dashes and blanks.
    "ʼ": "'", "ʻ": "'", "’": "'", "‘": "'", "‚": "'", "′": "'", "´": "'", "`": "'",
    "“": '"', "”": '"', "„": '"', "″": '"', "«": '"', "»": '"', "‹": "'", "›": "'",
    "‐": "-", "\u2011": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "•": "-", "·": ".",
    "…": "...", "×": "x", "₦": "N", "₵": "GHS ",
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
    "\u2028": "\n", "\u2029": "\n", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "",
    "\u2060": "", "\ufe0e": "", "\ufe0f": "", "\ufeff": "",
}  # fmt: skip
"""What has its own replacement. Any other character loses its marks, and is a `?` if nothing of the
alphabet is left of it."""


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
