"""Deliver placed orders."""

from workers.runtime import current


def vend(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("vend", ids)
