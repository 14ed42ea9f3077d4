"""Whom a request comes from: what proxies say counts only where they are ours.

Every part of the program reads `REMOTE_ADDR` and `wsgi.url_scheme` and no header, so this is the
one place that decides it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from app.domain.addresses import Addresses, parse_address

_TOLD = (
    "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED", "HTTP_X_REAL_IP",
)  # fmt: skip
_SCHEMES = frozenset({"http", "https"})

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def client_of(peer: str, forwarded: str, proxies: Addresses) -> str:
    """The client's address, for a request that `peer` brings: of `forwarded` (X-Forwarded-For) the
    right-most address that is no proxy of ours. What can't be read ends the way back: whoever wrote
    it is then the last that is known."""
    client = peer
    for told in reversed(forwarded.split(",")) if forwarded else ():
        if client not in proxies:
            break
        address = parse_address(told.strip())
        if address is None:
            break
        client = str(address)
    return client


def behind(proxies: Addresses, application: Wsgi) -> Wsgi:
    """The application, told by `proxies` whom they speak for, and by nobody else."""

    def corrected(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = [environ.pop(name, "") for name in _TOLD]
        peer = environ.get("REMOTE_ADDR", "")
        if proxies and peer in proxies:
            forwarded, schemes, *_ = told
            environ["REMOTE_ADDR"] = client_of(peer, forwarded, proxies)
            scheme = schemes.rpartition(",")[2].strip().lower()
            if scheme in _SCHEMES:
                environ["wsgi.url_scheme"] = scheme
        return application(environ, start_response)

    return corrected
