"""The digits of an identity number stay out of sessions and logs, whoever types them."""

import pytest
import redis

from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings

OWN, CUSTOMERS, MISTYPED = "22987654321", "41987654321", "2298765432"
AGENT = "+2348030000002"


def _stored(client: "redis.Redis") -> str:
    """Everything Redis holds."""
    readers = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"stream": client.xrange,
        b"set": client.smembers,
    }
    return "\n".join(repr(readers[client.type(key)](key)) for key in client.scan_iter())  # type: ignore[operator]


def test_digits_are_in_no_session_and_no_log_line(
    urls: Urls, redis_url: str, capfd: pytest.CaptureFixture[str]
) -> None:
    gateway = Gateway.to(settings(urls.program, redis_url))
    own = gateway.dial("6", "7", "1", MISTYPED, OWN)
    assert "BVN has 11 digits" in own[-2]
    assert own[-1].startswith("END We check your BVN")
    customers = gateway.dial("7", "7", "08030000001", "2", "7392", CUSTOMERS, msisdn=AGENT)
    assert customers[-1].startswith("END We check it")
    gateway.parts.hops._log._lines.flush()  # type: ignore[attr-defined]
    logged = "".join(capfd.readouterr())
    assert "limits.asked" in logged
    with redis.Redis.from_url(redis_url) as client:
        kept = _stored(client)
    assert "verify.asked" in kept
    for place in (*own, *customers, logged, kept):
        assert not any(digits in place for digits in (OWN, CUSTOMERS, MISTYPED))
