"""`python -m tests.security.served PORT PATIENCE`: a small application on gunicorn as the program
starts it, but for its patience (seconds) and with few connections."""

import sys
from collections.abc import Callable, Iterable
from typing import Any

from app.launcher import web_servers, whole_requests

AT_ONCE = 60


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says what it read, except of a body at /unread, which it leaves."""
    told, read = environ.get("CONTENT_LENGTH"), b"unread"
    if environ["PATH_INFO"] != "/unread":
        try:
            read = environ["wsgi.input"].read(int(told) if told else -1)
        except OSError:
            read = b"timed out"
    answer = b"%d %s" % (len(read), read[:20])
    start_response("200 OK", [("Content-Length", str(len(answer)))])
    return [answer]


def main() -> None:
    whole_requests.ARRIVES_WITHIN = float(sys.argv[2])
    web_servers._Gunicorn.load = lambda _: application  # type: ignore[method-assign]
    as_served = web_servers.gunicorn_settings
    web_servers.gunicorn_settings = lambda *to: {**as_served(*to), "worker_connections": AT_ONCE}
    web_servers._serve_with_gunicorn("127.0.0.1", int(sys.argv[1]), 1, 3)


if __name__ == "__main__":
    main()
