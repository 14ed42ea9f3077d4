"""Start charges and ask what became of them."""

from workers.runtime import current


def charge(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("charge", ids)
