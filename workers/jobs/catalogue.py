"""Ask vending providers for what they sell."""

from workers.runtime import current


def catalogue(names: list[str]) -> None:
    """Names in, one service call each."""
    current().run("catalogue", names)
