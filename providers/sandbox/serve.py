"""Serves the sandbox: a thread per connection, so that silence holds up nobody else."""

import signal
import threading
from types import FrameType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from providers.sandbox.application import create_sandbox
from providers.sandbox.settings import SandboxSettings


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """The book says enough."""


def server(settings: SandboxSettings, host: str, port: int) -> BaseWSGIServer:
    """A server that is ready to `serve_forever`."""
    made = make_server(
        host, port, create_sandbox(settings), threaded=True, request_handler=_Handler
    )
    made.daemon_threads = True  # type: ignore[attr-defined]
    return made


def serve(settings: SandboxSettings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    made = server(settings, host, port)

    def stop(_: int, __: FrameType | None) -> None:
        threading.Thread(target=made.shutdown).start()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    made.serve_forever(poll_interval=0.2)
