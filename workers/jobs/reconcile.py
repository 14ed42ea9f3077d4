"""Read statements that are due and compare them with our books."""

from workers.runtime import current


def reconcile(run_ids: list[int]) -> None:
    """Ids in, one service call each."""
    current().run("reconcile", run_ids)
