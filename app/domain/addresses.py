"""IP addresses and lists of networks, as they stand in settings and in requests."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
_LONGEST = 60
"""Of an address with a port: no text that is longer is one."""


@lru_cache(maxsize=1024)
def parse_address(text: str) -> Address | None:
    """An address as proxies write it (`192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`,
    `[2001:db8::1]:443`); None for anything else. An IPv4 address in an IPv6 one is the IPv4."""
    if len(text) > _LONGEST:
        return None
    host = _host(text.strip())
    try:
        found = ip_address("" if "%" in host else host)  # a zone is of one machine only
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _host(text: str) -> str:
    if text.startswith("["):
        host, closed, port = text[1:].partition("]")
        return host if closed and _is_port(port) else ""
    if text.count(":") == 1:
        host, colon, port = text.partition(":")
        return host if _is_port(colon + port) else ""
    return text


def _is_port(text: str) -> bool:
    """Nothing, or a colon and a port."""
    digits = text[1:]
    return not text or (text[0] == ":" and digits.isascii() and digits.isdigit())


def parse_network(text: str) -> Network:
    """A network (`10.0.0.0/8`, `2001:db8::/32`) or one address. Raises ValueError, for a network
    with bits beyond its mask too: which of the two was meant?"""
    return ip_network(text)


class Addresses:
    """A list of networks; with none in it, it holds no address."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = tuple(parse_network(one) for one in networks)

    def __bool__(self) -> bool:
        return bool(self._networks)

    def __contains__(self, address: Address | str | None) -> bool:
        found = parse_address(address) if isinstance(address, str) else address
        return found is not None and any(found in network for network in self._networks)


NONE = Addresses()
