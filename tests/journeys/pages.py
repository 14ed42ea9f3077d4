"""Screens behind a gateway with less room than most: more pages, which together say the same."""

import re

MORE = "98"
_WAYS = re.compile(r"(98|00?)\. .+")


def goes_on(page: str) -> bool:
    """Is there another page behind this one?"""
    return any(line.startswith(f"{MORE}. ") for line in page.split("\n"))


def together(pages: list[str]) -> str:
    """What the pages of a screen say: the ways between them left out, the first page's ways on at
    the end."""
    lines = [line for page in pages for line in page.split("\n")]
    ways = [line for line in _ways(pages[0]) if not line.startswith(f"{MORE}. ")]
    return "\n".join([*(line for line in lines if not _WAYS.fullmatch(line)), *ways])


def pattern(wanted: str) -> str:
    """A screen as a pattern: a line of `...` is any rest, `...` in a line any text."""
    return "(?s)" + re.escape(wanted).replace(r"\.\.\.", ".*")


def pattern_in_pages(wanted: str, *, read_on: bool) -> str:
    """The same of a screen whose pages were put together, its white space made one blank: where a
    page is wanted, its lines somewhere on the screen; at the beginning unless it is `read_on`."""
    if not read_on and not goes_on(wanted):
        return pattern(in_a_line(wanted))
    lines = [line for line in wanted.split("\n") if not _WAYS.fullmatch(line)]
    before = ".*" if read_on else ""
    return f"(?s){before}{pattern(in_a_line(' '.join(lines))).removeprefix('(?s)')}.*"


def in_a_line(text: str) -> str:
    """White space made one blank: a long text is broken between words where a page ends."""
    return " ".join(text.split())


def _ways(page: str) -> list[str]:
    return [line for line in page.split("\n") if _WAYS.fullmatch(line)]
