"""How many requests each provider may have in its hands at once, and how many a second.

A provider that hangs holds up its own share of a worker's threads and nobody else's.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from threading import Lock

from app.domain.outcomes import ProviderTraits


class Bulkheads:
    """Of one worker process. `share` is how many of its threads one provider may hold at most."""

    def __init__(
        self, traits: Mapping[str, ProviderTraits], share: int,
        now: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._most = {
            name: max(1, min(trait.most_in_flight, share)) for name, trait in traits.items()
        }
        self._per_second = {name: trait.most_per_second for name, trait in traits.items()}
        self._inside: dict[str, int] = defaultdict(int)
        self._sent: dict[str, deque[float]] = defaultdict(deque)
        self._now = now
        self._lock = Lock()

    def enter(self, provider: str) -> bool:
        """Take a place for one request; False when there is none. `leave` gives it back."""
        with self._lock:
            now, most = self._now(), self._per_second.get(provider)
            sent = self._sent[provider]
            while sent and now - sent[0] >= 1:
                sent.popleft()
            if self._inside[provider] >= self._most.get(provider, 1):
                return False
            if most is not None:
                if len(sent) >= most:
                    return False
                sent.append(now)
            self._inside[provider] += 1
            return True

    def leave(self, provider: str) -> None:
        with self._lock:
            self._inside[provider] -= 1
