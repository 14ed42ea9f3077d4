"""Did you mean: the commands whose words are nearest to one that nobody knows."""

from menus.keywords.vocabulary import COMMANDS, Command

_SHORT = 4
_SUGGESTIONS = 2


def nearest(word: str, language: str) -> list[str]:
    """At most two words of commands, in English or this language, of the nearest ones: one letter
    off, or two where the word has five and more."""
    typed = word.upper()
    most = 1 if len(typed) <= _SHORT else 2
    found: dict[Command, tuple[int, str]] = {}
    for command, languages in COMMANDS.items():
        for known in f"{languages['en']} {languages.get(language, '')}".split():
            apart = distance(typed, known)
            if apart <= most and apart < len(known) - 1:
                found[command] = min(found.get(command, (apart, known)), (apart, known))
    closest = min((apart for apart, _ in found.values()), default=0)
    return [known for apart, known in found.values() if apart == closest][:_SUGGESTIONS]


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed, or swapped with the next one."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and (a, one[i - 2]) == (other[j - 2], b):
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
