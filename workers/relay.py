"""From the outbox to the queues: nudged through Redis after each commit, polled every second."""

from collections.abc import Callable

import redis

from app.bootstrap import Parts
from app.observability.logging import logger, where
from app.services.sweep import Due, take_outbox, take_overdue
from app.sessions.nudge import KEY
from workers.queues import enqueue, queues
from workers.runtime import Runtime

POLL_SECONDS = 1
_log = logger("relay")


class Relay:
    """Moves what is due into the queues; without Redis, runs it in threads of its own."""

    def __init__(self, parts: Parts, client: "redis.Redis", fallback: Runtime) -> None:
        self._parts = parts
        self._client = client
        self._queues = queues(client)
        self._fallback = fallback

    def wait(self, pause: Callable[[float], object]) -> None:
        """Until a nudge or the poll interval."""
        try:
            self._client.blpop([KEY], timeout=POLL_SECONDS)
        except redis.RedisError:
            pause(POLL_SECONDS)

    def relay(self) -> None:
        """Everything the outbox holds."""
        while due := take_outbox(self._parts.db):
            self.hand_over(due)

    def sweep(self) -> None:
        """Everything overdue."""
        self.hand_over(take_overdue(self._parts.db, self._parts.clock))

    def hand_over(self, due: Due) -> None:
        """To the queues, or to our own threads when Redis is away."""
        try:
            enqueue(self._queues, due.jobs)
        except redis.RedisError as error:
            _log.warning("redis_away", error=where(error))
            for topic, ids in due.jobs.items():
                self._fallback.run(topic, ids)

    def probe(self) -> None:
        """Have every provider asked for its balance."""
        self._ask("probe", list(self._parts.settings.vending_names))

    def sync_catalogues(self) -> None:
        """Have every provider asked for what it sells."""
        self._ask("catalogue", list(self._parts.settings.vending_names))

    def _ask(self, topic: str, names: list[str]) -> None:
        try:
            enqueue(self._queues, {topic: names})
        except redis.RedisError:
            self._fallback.run(topic, names)
