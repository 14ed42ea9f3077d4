"""Look at what payment providers told us."""

from workers.runtime import current


def payment(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("payment", ids)
