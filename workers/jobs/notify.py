"""Send queued SMS."""

from workers.runtime import current


def notify(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("notify", ids)
