"""Connections to Redis for sessions: short timeouts, because a hop can't wait."""

import redis

_MOST_AT_ONCE = 1_000
"""More than a process has threads (WORKER_THREADS: 500 at most); the library's own is 100."""
Away = redis.RedisError
"""What is raised where Redis can't be asked."""


def connect(url: str, timeout_seconds: float = 1.0) -> "redis.Redis":
    """A pooled client; a call gives up after `timeout_seconds`."""
    return redis.Redis.from_url(
        url, max_connections=_MOST_AT_ONCE, health_check_interval=0,
        socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds,
    )  # fmt: skip


def answers(client: "redis.Redis") -> bool:
    """Is Redis there?"""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
