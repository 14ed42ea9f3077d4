"""Look identity numbers up."""

from workers.runtime import current


def identity(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("identity", ids)
