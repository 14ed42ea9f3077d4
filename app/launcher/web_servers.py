"""The two web servers, each told in one place how to serve `app.wsgi:application`."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from gunicorn import util as gunicorn_util
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.http.wsgi import Response
from setproctitle import setproctitle

from app.launcher.whole_requests import WholeRequests
from app.observability.logging import where

TITLE = "nexustop-web"
APPLICATION = "app.wsgi:application"
_STOP_WITHIN_SECONDS = 6
_KEEP_ALIVE_SECONDS = 30
_HEAD_WITHIN_MS = 10_000


def _serve_with_gunicorn(address: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal; each worker builds its own connections after the fork. What all of them
    import is imported once, before it."""
    from app.bootstrap import doors  # noqa: F401

    _without_server_header()
    # gunicorn titles its processes "gunicorn: master [...]"; ours have one name.
    gunicorn_util._setproctitle = lambda _title: setproctitle(TITLE)  # noqa: SLF001
    _Gunicorn(gunicorn_settings(address, port, workers, threads)).run()


def _without_server_header() -> None:
    """What serves is nobody's business; gunicorn has no setting for it."""
    with_it = Response.default_headers

    def default_headers(self: Response) -> list[str]:
        return [line for line in with_it(self) if not line.startswith("Server:")]

    Response.default_headers = default_headers


def gunicorn_settings(address: str, port: int, workers: int, threads: int) -> dict[str, Any]:
    """How gunicorn serves it."""
    return {
        "bind": f"{address}:{port}",
        "workers": workers,
        "threads": threads,
        "worker_class": WholeRequests,
        "graceful_timeout": _STOP_WITHIN_SECONDS,
        "timeout": 30,
        "keepalive": _KEEP_ALIVE_SECONDS,
        "reuse_port": True,
        "worker_tmp_dir": "/dev/shm",  # noqa: S108 - gunicorn makes a private file there
        "proc_name": TITLE,
        "default_proc_name": TITLE,
        "loglevel": "warning",
        "logger_class": DiscreetLogger,
        "forwarded_allow_ips": "",
        "control_socket_disable": True,
        "limit_request_line": 4_094,
        "limit_request_fields": 60,
        "limit_request_field_size": 8_190,
    }


def _serve_with_granian(address: str, port: int, workers: int, threads: int) -> None:
    """The same application on granian: Rust reads and writes HTTP, Python answers."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings

    Granian(
        APPLICATION, address=address, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=threads, process_name=TITLE, websockets=False,
        http1_settings=HTTP1Settings(keep_alive=True, header_read_timeout=_HEAD_WITHIN_MS),
        respawn_failed_workers=True, workers_kill_timeout=_STOP_WITHIN_SECONDS,
    ).serve()  # fmt: skip


class DiscreetLogger(Logger):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's log without what was asked: a query, or a first line that isn't HTTP, may hold a
    PIN."""

    def warning(self, msg: str, *args: Any, **more: Any) -> None:
        if msg.startswith("Invalid request"):
            who, _, _ = msg.partition(": ")
            super().warning("%s: %s", who, type(sys.exception()).__name__)
        else:
            super().warning(msg, *args, **more)

    def exception(self, msg: str, *args: Any, **more: Any) -> None:
        error = sys.exception()
        if msg.startswith("Error handling request") and error:
            self.error("Error handling a request: %s", where(error))
        else:
            super().exception(msg, *args, **more)


class _Gunicorn(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from app.wsgi import application

        return application


@dataclass(frozen=True, slots=True)
class WebServer:
    """How to serve with it, and how many processes and threads of each do best on two cores (a hop
    is mostly Python, so more threads only wait for each other; measured in docs/decisions/0003)."""

    serve: Callable[[str, int, int, int], None]
    workers: int
    threads: int


SERVERS = {
    "gunicorn": WebServer(_serve_with_gunicorn, workers=3, threads=3),
    "granian": WebServer(_serve_with_granian, workers=2, threads=2),
}
"""WEB_SERVER -> server."""
