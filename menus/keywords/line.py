"""An SMS as words: the command it begins with, and what follows."""

import re
from dataclasses import dataclass

from menus.engine.gsm7 import fold
from menus.engine.letters import plain_letters
from menus.keywords.vocabulary import FILLERS, Command, command_of

LONGEST_TEXT = 160
_PUNCTUATION = ".,;:!"
_GLUED = re.compile(r"([A-Z]+)[-:=.,]?(?=[0-9])(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """`head` is the command as it was written, `words` what follows without punctuation between.
    No command: `words` is everything. A text too long to be a command has no words."""

    command: Command | None
    head: str
    words: tuple[str, ...]

    @property
    def telling(self) -> tuple[str, ...]:
        """The words in capitals, without those that say nothing (`to`, `for`, `PIN`)."""
        return tuple(word for word in map(str.upper, self.words) if word not in FILLERS)


def line_of(text: str) -> Line:
    """The words of a text, folded to plain letters and digits. `AIR500` is read as `AIR 500`,
    `top up` as `TOPUP`."""
    plain = plain_letters(fold(text.strip()))
    words = (
        [word.strip(_PUNCTUATION) for word in plain.split()] if len(plain) <= LONGEST_TEXT else []
    )
    words = [word for word in words if word]
    for taken in (2, 1):
        head = words[:taken]
        command = command_of("".join(head).strip("?")) if len(head) == taken else None
        if command:
            return Line(command, " ".join(head), tuple(words[taken:]))
    glued = _GLUED.fullmatch(words[0]) if words else None
    if glued and (command := command_of(glued[1])):
        return Line(command, glued[1], (glued[2], *words[1:]))
    return Line(None, "", tuple(words))
