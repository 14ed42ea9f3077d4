"""Tell merchants' servers what happened."""

from workers.runtime import current


def webhook(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("webhook", ids)
