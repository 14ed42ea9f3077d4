"""One connection of redis-py per thread, without its pool: a hop makes two trips, and the pool's
bookkeeping costs as much as a trip (measured: docs/decisions/0006)."""

import sys
import threading
from typing import Any
from weakref import WeakSet

import redis
from redis.connection import ConnectionPool


class LeanRedis:
    """Runs single commands. Raises redis.RedisError.

    A command is sent again once on a fresh connection when the old one turns out to be broken, so
    every command given here must be safe to repeat.
    """

    def __init__(self, url: str, timeout_seconds: float = 1.0) -> None:
        # The pool only makes connections. It counts all that it ever made, those that broke too,
        # and would refuse the hundred-and-first.
        self._pool = ConnectionPool.from_url(
            url, max_connections=sys.maxsize,
            socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds,
        )  # fmt: skip
        self._mine = threading.local()
        self._made: WeakSet[Any] = WeakSet()

    def close(self) -> None:
        """Close every thread's connection; a later command opens a fresh one."""
        for connection in list(self._made):
            connection.disconnect()

    def run(self, *command: Any) -> Any:
        """The reply to one command, as bytes, integers and lists."""
        connection: Any = getattr(self._mine, "connection", None)
        if connection is None:
            return self._afresh(command)
        try:
            connection.send_command(*command)
            return connection.read_response()
        except redis.TimeoutError:
            # It is there and silent: asking again would only make the handset wait twice as long.
            self._mine.connection = None
            connection.disconnect()
            raise
        except redis.ConnectionError:
            connection.disconnect()
            return self._afresh(command)

    def _afresh(self, command: tuple[Any, ...]) -> Any:
        connection: Any = self._pool.make_connection()
        self._made.add(connection)
        try:
            connection.connect()
            connection.send_command(*command)
            reply = connection.read_response()
        except (redis.ConnectionError, redis.TimeoutError):
            self._mine.connection = None
            connection.disconnect()
            raise
        except redis.RedisError:
            self._mine.connection = connection
            raise
        self._mine.connection = connection
        return reply
