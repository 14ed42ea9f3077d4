"""Queue SMS with one-time codes, for numbers that somebody has."""

from workers.runtime import current


def sign_in_code(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("sign_in_code", ids)
