"""Serves the sandbox: a thread per connection, so that silence holds up nobody else."""

import signal
import threading
from types import FrameType
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from providers.sandbox.application import create_sandbox
from providers.sandbox.settings import SandboxSettings


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def make_environ(self) -> dict[str, Any]:
        """With DingConnect's `api_key`: the server leaves out headers with an underscore."""
        environ = super().make_environ()
        if "api_key" in self.headers:
            environ["HTTP_API_KEY"] = self.headers["api_key"]
        return environ

    def log_request(self, *_: object) -> None:
        """The book says enough."""


class SandboxServer:
    """Listens at once; answers while `run` runs."""

    def __init__(self, settings: SandboxSettings, host: str, port: int) -> None:
        self._app, self.floor = create_sandbox(settings)
        self._server = make_server(host, port, self._app, threaded=True, request_handler=_Handler)
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._server.block_on_close = False  # type: ignore[attr-defined]
        self.port = self._server.server_port

    def run(self) -> None:
        """Until `stop`; then the port is free and the book closed."""
        try:
            self._server.serve_forever(poll_interval=0.05)
        finally:
            self._server.server_close()
            self.floor.later.stop()
            self.floor.book.close()

    def stop(self) -> None:
        """Callable from another thread."""
        self._server.shutdown()


def serve(settings: SandboxSettings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    server = SandboxServer(settings, host, port)

    def stop(_: int, __: FrameType | None) -> None:
        threading.Thread(target=server.stop).start()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    server.run()
