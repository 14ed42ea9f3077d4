"""Posts webhooks to addresses that merchants have typed, and to no other machine than they mean.

The name is resolved once, at the connection; each address it has must be anybody's on the internet,
and the very one that was looked at is connected to: a name that resolves otherwise a moment later
(DNS rebinding) changes nothing. TLS still checks the certificate against the name. No redirect is
followed, no connection kept, no proxy of the environment used, an answer read to a bound.
"""

import socket
from collections.abc import Mapping

import httpcore
import httpx

from app.domain.webhook_addresses import BadAddress, checked, is_loopback, is_public
from app.ports.webhooks import WebhookAnswer
from providers.whole_answers import WholeAnswers

LONGEST_READ = 16_384
_CONNECT_SECONDS = 5.0
_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "connect_timeout"),
    (httpx.ConnectError, "connect"),
    (httpx.ReadTimeout, "read_timeout"),
    (httpx.WriteTimeout, "write_timeout"),
    (httpx.InvalidURL, "bad_url"),
)


class _RefusedAddress(httpcore.ConnectError):
    """The name leads where nothing may be sent, or nowhere."""


class WebhookClient:
    """Thread-safe. `loopback`: this machine's own addresses are allowed as well."""

    def __init__(self, read_seconds: float = 10, *, loopback: bool = False) -> None:
        self._loopback = loopback
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=0)
        self._client = httpx.Client(
            timeout=httpx.Timeout(read_seconds, connect=_CONNECT_SECONDS),
            transport=WholeAnswers(limits, self._address_of), follow_redirects=False,
            trust_env=False,
        )  # fmt: skip

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        """Once; never raises."""
        try:
            checked(url, loopback=self._loopback)
            return self._exchange(url, headers, body)
        except BadAddress:
            return WebhookAnswer(None, fault="refused_address")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return WebhookAnswer(None, fault=_fault(error))

    def close(self) -> None:
        self._client.close()

    def _exchange(self, url: str, headers: Mapping[str, str], body: bytes) -> WebhookAnswer:
        # An answer that isn't compressed can't grow while it is read.
        sent = {**headers, "Accept-Encoding": "identity", "Connection": "close"}
        with self._client.stream("POST", url, headers=sent, content=body) as answer:
            said = b""
            for chunk in answer.iter_raw(4_096):
                said += chunk
                if len(said) > LONGEST_READ:
                    break
            return WebhookAnswer(answer.status_code, said[:LONGEST_READ].decode("utf-8", "replace"))

    def _address_of(self, host: str, port: int) -> str:
        """The address to connect to. Raises _RefusedAddress unless each one may be reached."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise _RefusedAddress("no_such_name") from None
        addresses = [str(address[0]) for *_, address in found]
        if not addresses or not all(map(self._may_reach, addresses)):
            raise _RefusedAddress("refused_address")
        # IPv4 first: a machine without IPv6 is commoner than one without IPv4.
        return min(addresses, key=lambda one: ":" in one)

    def _may_reach(self, address: str) -> bool:
        return is_public(address) or (self._loopback and is_loopback(address))


def _fault(error: Exception) -> str:
    if isinstance(error, httpx.ConnectError) and str(error) in ("refused_address", "no_such_name"):
        return str(error)
    return next((code for kind, code in _FAULTS if isinstance(error, kind)), "broken_off")
