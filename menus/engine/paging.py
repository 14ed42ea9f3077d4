"""Cut a screen into pages that fit: an option is never split, digits go on from page to page."""

from menus.engine.gsm7 import septets

BACK, HOME, MORE = "0", "00", "98"

REASON_SEPTETS = 36
"""Kept free on every page for the line that says why an input was wrong."""


def pages(
    text: str, options: list[str], ways: list[str], later_ways: list[str], more: str, budget: int
) -> tuple[str, ...]:
    """The pages of a screen: `text` opens the first, `more` closes all but the last.

    `ways` (back, home) close the first page and `later_ways` the others, where Back leads to the
    page before. A text too long for one page is cut between words.
    """
    room = budget - REASON_SEPTETS
    whole = "\n".join([text, *options, *ways])
    if septets(whole) <= room:
        return (whole,)
    blocks = [*_wrapped(text, room - septets("\n".join(["", more, *later_ways]))), *options]
    done: list[str] = []
    lines: list[str] = []
    for index, block in enumerate(blocks):
        around = later_ways if done else ways
        closing = around if index == len(blocks) - 1 else [more, *around]
        if lines and septets("\n".join([*lines, block, *closing])) > room:
            done.append("\n".join([*lines, more, *around]))
            lines = []
        lines.append(block)
    done.append("\n".join([*lines, *later_ways]))
    return tuple(done)


def _wrapped(text: str, room: int) -> list[str]:
    blocks: list[str] = []
    for line in text.split("\n"):
        words: list[str] = []
        for word in line.split(" "):
            if words and septets(" ".join([*words, word])) > room:
                blocks.append(" ".join(words))
                words = []
            words.append(word)
        blocks.append(" ".join(words))
    return blocks
