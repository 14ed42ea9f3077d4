"""Ask for accounts to pay into."""

from workers.runtime import current


def account(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("account", ids)
