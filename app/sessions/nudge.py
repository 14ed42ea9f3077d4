"""Wake the relay after a commit; losing a nudge costs a poll interval and nothing else."""

import redis

KEY = "relay:nudge"


class Nudge:
    """Callable after a commit; never raises."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def __call__(self) -> None:
        try:
            with self._client.pipeline(transaction=False) as both:
                both.lpush(KEY, "1")
                both.ltrim(KEY, 0, 0)
                both.execute()
        except redis.RedisError:
            return
