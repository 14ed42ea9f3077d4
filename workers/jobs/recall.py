"""Ask vendors to take deliveries back."""

from workers.runtime import current


def recall(ids: list[int]) -> None:
    """Ids of cases in, one service call each; what comes of it is in PostgreSQL."""
    current().run("recall", ids)
