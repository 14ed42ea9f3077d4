"""A language nobody speaks: English, longer by a third, in brackets and with accents.

What the checks prove of it they prove of a translation that is as long: that it fits, that its
accents fold into GSM 03.38, and that a text cut short is seen by its missing bracket.
"""

import re

PSEUDO = "pseudo"
_LONGER_BY = 0.35
_ACCENTS = str.maketrans("aeiouAEIOUcn", "áêïõúÁÊÏÕÚčň")
_ARGUMENT = re.compile(r"(\{\w+\})")


def stretched(english: str) -> str:
    """`Send {amount}` as `<Sênd {amount}wï>`: its arguments stay as they are."""
    parts = _ARGUMENT.split(english)
    words = sum(len(part) for part in parts[::2])
    missing = max(round(words * _LONGER_BY), 1) - len("<>")
    said = "".join(part if n % 2 else part.translate(_ACCENTS) for n, part in enumerate(parts))
    return f"<{said}{_filler(missing)}>"


def _filler(letters: int) -> str:
    """As many letters, in words that a page can break between."""
    return (" wïdér" * (letters // 6 + 1))[: max(letters, 0)].rstrip()
