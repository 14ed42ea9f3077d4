"""A biller's adapter against the sandbox, or against one recorded answer per path."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import urlopen

from app.bootstrap import SystemClock
from providers.http_client import HttpClient
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.fakes.http import Remembered
from tests.providers.vending import VENDORS


@contextmanager
def outbound() -> Iterator[HttpClient]:
    client = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=2)
    try:
        yield client
    finally:
        client.close()


@contextmanager
def sandbox(**settings: Any) -> Iterator[str]:
    """A sandbox's address."""
    served = SandboxServer(SandboxSettings(**settings), "127.0.0.1", 0)
    thread = threading.Thread(target=served.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{served.port}"
    finally:
        served.stop()
        thread.join()


def sold(base: str) -> list[dict[str, Any]]:
    """The sandbox's book."""
    with urlopen(f"{base}/control/vends", timeout=5) as answer:
        vends: list[dict[str, Any]] = json.load(answer)
    return vends


def adapter(name: str, base: str, http: HttpClient) -> Any:
    return VENDORS[name].make(base, http)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=5)
