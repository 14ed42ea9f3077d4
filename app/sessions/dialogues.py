"""When dialogues began, for gateways whose session numbers wrap around."""

import redis

from app.sessions.lean import LeanRedis
from app.sessions.store import SessionsUnavailable


class Dialogues:
    """Kept as long as a session lives. Raises SessionsUnavailable."""

    def __init__(self, client: LeanRedis, channel: str, seconds: int) -> None:
        self._client = client
        self._channel = channel
        self._seconds = seconds

    def begin(self, dialogue: str, moment: str) -> None:
        """It begins now, whatever went by that number before."""
        self._run("SET", self._key(dialogue), moment, "EX", self._seconds)

    def began(self, dialogue: str) -> str | None:
        """The moment of its beginning; None when it is unknown (any more)."""
        moment: bytes | None = self._run("GET", self._key(dialogue))
        return moment.decode() if moment else None

    def _run(self, *command: object) -> bytes | None:
        try:
            reply: bytes | None = self._client.run(*command)
        except redis.RedisError as error:
            raise SessionsUnavailable from error
        return reply

    def _key(self, dialogue: str) -> str:
        return f"dialogue:{self._channel}:{dialogue}"
