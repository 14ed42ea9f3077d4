"""Connections to Redis for sessions: short timeouts, because a hop can't wait."""

import redis

Away = redis.RedisError
"""What is raised where Redis can't be asked."""


def connect(url: str, timeout_seconds: float = 1.0) -> "redis.Redis":
    """A pooled client; a call gives up after `timeout_seconds`."""
    return redis.Redis.from_url(
        url, socket_timeout=timeout_seconds, socket_connect_timeout=timeout_seconds,
        health_check_interval=0,
    )  # fmt: skip


def answers(client: "redis.Redis") -> bool:
    """Is Redis there?"""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
