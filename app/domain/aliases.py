"""Codes dialled behind the short code that lead to the same thing for good, however menus change.

A menu's digits are one or two, so a code of three digits or more is never one of them.
"""

import re
from collections.abc import Mapping
from enum import StrEnum

from app.domain.catalogue import described

_CODE = re.compile(r"(?a:[0-9]{3,9})\Z")


class Destination(StrEnum):
    """What a code can lead to besides a plan."""

    WALLET = "wallet"
    ADD_MONEY = "add-money"
    PURCHASES = "purchases"
    AGENT = "agent"


DEFAULT_ALIASES = ("001=wallet", "002=add-money", "003=purchases", "009=agent", "0011=1024mb-7d")


def parse_alias(text: str) -> tuple[str, str]:
    """A code and what it stands for: a destination, or a plan by its code (`0011=1024mb-7d`).

    Raises ValueError, with a text that says what is wrong.
    """
    code, _, meant = text.partition("=")
    if not is_code(code):
        raise ValueError(f"{code!r} is not a code of three to nine digits")
    if meant not in set(Destination) and not _is_plan(meant):
        known = ", ".join(Destination)
        raise ValueError(f"{code} must lead to a plan, or one of {known}")
    return code, meant


def meanings(texts: tuple[str, ...]) -> Mapping[str, str]:
    """By code. Raises ValueError."""
    return dict(map(parse_alias, texts))


def is_code(typed: str) -> bool:
    """Can it be an alias at all?"""
    return _CODE.match(typed) is not None


def _is_plan(text: str) -> bool:
    try:
        return described(text) is not None
    except ValueError:
        return False
