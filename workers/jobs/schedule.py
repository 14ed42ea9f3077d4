"""Remind of scheduled purchases, and make them."""

from workers.runtime import current


def schedule(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("schedule", ids)
