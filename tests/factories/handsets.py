"""Handsets at the sandbox's switchboard, in front of the program, each on a port of its own."""

import json
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler

from providers.sandbox.phones import TEXTS
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.factories.gateway import KANNEL, SUBSCRIBER, Gateway, settings
from tests.system.harness import free_port

SHORT_CODE = "*384*123#"
_sessions = count(1)


@dataclass
class Handset:
    """One call at the switchboard: what was typed on it so far."""

    sandbox: str
    gateway: str
    session: str
    msisdn: str
    dialled: str = SHORT_CODE
    network: str = "62130"

    def hop(self, *typed: str, **more: Any) -> dict[str, Any]:
        """The hop once this was typed since dialling."""
        return self._post("ussd", {"typed": typed, **more})

    def end(self, *typed: str, hung_up: bool) -> dict[str, Any]:
        """The session is cut off."""
        return self._post("ussd/end", {"typed": typed, "hung_up": hung_up})

    def _post(self, path: str, more: dict[str, Any]) -> dict[str, Any]:
        call = {name: value for name, value in vars(self).items() if name != "sandbox"}
        request = urllib.request.Request(
            f"{self.sandbox}/control/{path}", json.dumps(call | more).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=20) as answer:
            found: dict[str, Any] = json.load(answer)
            return found


@dataclass
class Town:
    """A program, and the sandbox beside it; both by their addresses."""

    gateway: Gateway
    served: SandboxServer
    program: str
    sandbox: str

    def handset(self, gateway: str, msisdn: str = SUBSCRIBER, **more: str) -> Handset:
        """A call that begins now."""
        return Handset(self.sandbox, gateway, f"call-{next(_sessions)}", msisdn, **more)

    def count(self, table: str) -> int:
        with self.gateway.parts.db.statement() as tx:
            return int(tx.one(f"select count(*) from {table}")[0])


@contextmanager
def town(database_url: str, redis_url: str) -> Iterator[Town]:
    """Handsets can be behind every gateway, for USSD and for SMS."""
    port = free_port()
    wanted = settings(
        database_url, redis_url, sandbox_port=port, sms_gateways=",".join(TEXTS), **KANNEL
    )  # fmt: skip
    with Gateway.to(wanted) as gateway:
        server = _Server("127.0.0.1", 0, gateway.parts.web, _Quiet)
        program = f"http://127.0.0.1:{server.server_port}"
        sandbox = SandboxServer(
            SandboxSettings(callback_base=program, allowed_origins=(program,)), "127.0.0.1", port
        )
        threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}),
            threading.Thread(target=sandbox.run),
        ]
        for thread in threads:
            thread.start()
        try:
            yield Town(gateway, sandbox, program, f"http://127.0.0.1:{port}")
        finally:
            server.shutdown()
            sandbox.stop()
            for thread in threads:
                thread.join()
            server.server_close()


class _Server(BaseWSGIServer):
    """A few threads for all requests, as servers have that the program runs in: each thread keeps
    its connection to Redis."""

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self._pool = ThreadPoolExecutor(8)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._pool.submit(self._serve, request, client_address)

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.finish_request(request, client_address)
        finally:
            self.shutdown_request(request)

    def server_close(self) -> None:
        super().server_close()
        self._pool.shutdown(wait=False, cancel_futures=True)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """Nobody reads it."""
