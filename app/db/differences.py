"""What a check found, as sentences, and how far it has got."""

import time
from collections.abc import Callable, Iterable
from itertools import islice

from app.db.engine import Row

Tell = Callable[[str], None]
"""Hears how far checks have got, in words."""

MOST = 1_000
"""Of one check, no more are listed: whoever reads them needs no more to know, and memory ends."""


def unheard(_: str) -> None:
    """For whoever only wants the outcome."""


def found(check: str, rows: Iterable[Row], tell: Tell) -> list[str]:
    """A sentence for each row, which holds one text; `check` says what is wrong with it."""
    began = time.monotonic()
    listed = [f"{check}: {row[0]}" for row in islice(rows, MOST + 1)]
    tell(f"{len(listed)} found in {time.monotonic() - began:.1f} s: {check}")
    return at_most(check, listed)


def at_most(check: str, listed: list[str]) -> list[str]:
    """The list, ended where it gets too long."""
    return listed if len(listed) <= MOST else [*listed[:MOST], f"{check}: and more"]
