"""Wake the relay after a commit; losing a nudge costs a poll interval and nothing else."""

import redis

KEY = "relay:nudge"


class Nudge:
    """Callable after a commit; never raises."""

    def __init__(self, client: "redis.Redis") -> None:
        self._client = client

    def __call__(self) -> None:
        try:
            self._client.lpush(KEY, "1")
            self._client.ltrim(KEY, 0, 0)
        except redis.RedisError:
            return
