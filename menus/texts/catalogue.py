"""Texts in the subscriber's language: the English sentence is the key, gettext files hold the rest.

A sentence that isn't translated is said in English.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.pofile import read_po

from menus.texts.pseudo import PSEUDO, stretched

LANGUAGES = {
    "en": "English", "pcm": "Naija", "ha": "Hausa", "yo": "Yoruba", "ig": "Igbo",
    "sw": "Kiswahili", "fr": "Francais",
}  # fmt: skip
"""Codes and own names, in the order they are offered."""

DEFAULT = "en"
_COMPLETE = "pcm"
"""A language whose catalogue has every sentence, as the tests prove of all."""


def say(language: str, english: str, /, **arguments: object) -> str:
    """The sentence in this language with its arguments filled in."""
    sentence = translations(language).get(english, english)
    return sentence.format(**arguments) if arguments else sentence


def later(english: str) -> str:
    """Marks a sentence that stands in a table and is said later, for the catalogues."""
    return english


@cache
def translations(language: str) -> dict[str, str]:
    """Every translated sentence of a language."""
    if language == PSEUDO:
        return {english: stretched(english) for english in translations(_COMPLETE)}
    if language == DEFAULT or language not in LANGUAGES:
        return {}
    content = files("menus.texts").joinpath(f"{language}.po").read_bytes()
    catalogue = read_po(BytesIO(content), locale=None)
    return {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
