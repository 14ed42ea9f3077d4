"""Count and send broadcasts."""

from workers.runtime import current


def broadcast(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("broadcast", ids)
