"""What is said of how long many orders took, from counts by a ladder of bounds.

A count says "no longer than this bound", so a percentile is the bound below which it lies for
certain: "95 of 100 within 2.5 s".
"""

from collections.abc import Mapping

LONGER = 2**31 - 1
"""Stands for no bound at all."""


def percentile_ms(counts: Mapping[int, int], of: int) -> int | None:
    """The bound within which `of` out of 100 lie; None when there is nothing. `counts`: how many by
    their bound, in milliseconds."""
    total = sum(counts.values())
    if total <= 0:
        return None
    seen = 0
    for bound in sorted(counts):
        seen += counts[bound]
        if seen * 100 >= of * total:
            return bound
    return max(counts)


def share_within(counts: Mapping[int, int], limit_ms: int) -> tuple[int, int]:
    """How many took no longer than a limit that is itself a bound, and how many there are."""
    within = sum(count for bound, count in counts.items() if bound <= limit_ms)
    return within, sum(counts.values())
