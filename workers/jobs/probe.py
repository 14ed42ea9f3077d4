"""Ask vending providers for their balance."""

from workers.runtime import current


def probe(names: list[str]) -> None:
    """Names in, one service call each."""
    current().run("probe", names)
