"""Have payment providers look for transfers."""

from workers.runtime import current


def look_again(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("look_again", ids)
