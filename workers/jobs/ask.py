"""Look after open vend attempts: ask their vendors, take over from the dead."""

from workers.runtime import current


def ask(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("ask", ids)
