"""References people read out: six characters, none that looks like another."""

from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(pick: Callable[[str], str]) -> str:
    """A reference made of six picks; `pick` chooses one character of the alphabet."""
    return "".join(pick(ALPHABET) for _ in range(6))


def is_reference(word: str) -> bool:
    """Could this upper-case word be one?"""
    return len(word) == 6 and all(letter in ALPHABET for letter in word)
