"""How a person's name is shown to others: enough to notice a wrong number, too little to learn."""

import unicodedata

_WORDS = 2
_LONGEST_WORD = 10


def masked(name: str) -> str:
    """`A** O*****`: the first letter of each of the first two words, plain ASCII, stars for the
    rest; a word longer than ten letters is shown as ten."""
    return " ".join(_masked(word) for word in name.split()[:_WORDS])


def _masked(word: str) -> str:
    first = unicodedata.normalize("NFKD", word)[0].upper()
    shown = first if first.isascii() and first.isalnum() else "*"
    return shown + "*" * (min(len(word), _LONGEST_WORD) - 1)
