"""The identity numbers a subscriber can be known by, per country."""

from enum import StrEnum


class Document(StrEnum):
    """`bvn`: Nigeria's Bank Verification Number; `nin`: its National Identification Number. Both
    have eleven digits."""

    BVN = "bvn"
    NIN = "nin"

    @property
    def label(self) -> str:
        """As it is called in every language."""
        return self.value.upper()


DIGITS = 11
DOCUMENTS = {"NG": (Document.BVN, Document.NIN)}
"""Country -> what is taken there, in the order it is offered."""


def is_number(typed: str) -> bool:
    """Can this be such a number?"""
    return len(typed) == DIGITS and typed.isascii() and typed.isdigit()


def tier_with(confirmed: int) -> int:
    """The tier of a subscriber with this many confirmed numbers."""
    return 1 + confirmed
