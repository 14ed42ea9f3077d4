"""Letters without their marks, as people type them on a phone that has none."""

import unicodedata


def plain_letters(text: str) -> str:
    """`relevé` as `releve`; what has no plain form stays as it is."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
