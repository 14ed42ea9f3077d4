"""Numbers that are kept with a name: how many, and what a name may be."""

import unicodedata

from app.domain.errors import DomainError

MOST = 20
LONGEST_NAME = 12
_LETTERS = frozenset("èéùìòÇØøÅåÆæßÉÄÖÑÜäöñüà")
"""Beside the ASCII ones: those that every handset shows (GSM 03.38)."""

_ANY_LETTER = "A-Za-z" + "".join(sorted(_LETTERS))
NAME_PATTERN = f"(?:[0-9] ?)*[{_ANY_LETTER}](?: ?[0-9{_ANY_LETTER}])*"
"""Of a name as it is kept, but for its length."""


class BadName(DomainError):
    """What was typed can't be the name of a number."""


def short_name(typed: str) -> str:
    """The name as it is kept: letters, digits and single blanks, at least one letter, at most
    twelve characters. Raises BadName."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    written = name.replace(" ", "")
    good = all((c.isascii() and c.isalnum()) or c in _LETTERS for c in written)
    if not good or len(name) > LONGEST_NAME or not any(map(str.isalpha, written)):
        raise BadName
    return name
