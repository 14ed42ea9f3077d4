"""What the aggregator's words mean. What isn't listed is unknown."""

FOUND = "found"
NOT_FOUND = frozenset({"not_found"})
"""Final words of `data.status`; pending, error and any other aren't."""

REFUSED = frozenset({400, 404, 422})
"""HTTP statuses that say that this number can't be looked up; 401 to 403 are about our key and
balance, 408, 429 and 5xx about the moment."""
