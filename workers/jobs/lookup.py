"""Ask vendors whose numbers are."""

from workers.runtime import current


def lookup(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("lookup", ids)
