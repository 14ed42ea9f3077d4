"""Ask the network when SIMs were changed last."""

from workers.runtime import current


def sim_swap(ids: list[int]) -> None:
    """Ids in, one service call each; what comes of it is in PostgreSQL."""
    current().run("sim_swap", ids)
