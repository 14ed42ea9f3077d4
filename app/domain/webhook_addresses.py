"""Where webhooks may go: addresses that people type, and the ones that names resolve to.

An address of ours, of our network or of the cloud that we run on must not be reached on a
merchant's behalf. A URL is read strictly, so that nobody reads another host out of it than we do,
and names a host, never an IP address in any of its spellings. What the name resolves to is checked
again, at each connection (providers/webhook_client.py).
"""

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST = 500
_PORTS = frozenset({443, 8443})
_NAME = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_HIDDEN_IN_IPV6 = tuple(
    ipaddress.ip_network(one)
    for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96", "fec0::/10")
)
"""Ranges in which an IPv4 address travels inside an IPv6 one, or that are no longer given out."""
_NOT_GIVEN_OUT = tuple(ipaddress.ip_network(one) for one in ("192.0.0.0/24", "192.88.99.0/24"))
"""IPv4 ranges for protocols, some of whose addresses Python calls global."""


class BadAddress(ValueError):
    """The text says what is wrong, to whoever typed it."""


def checked(address: str, *, loopback: bool) -> str:
    """The address as it is kept. `loopback`: one of this machine, without TLS and at any port, is
    allowed too. Raises BadAddress."""
    if not address.isascii():
        raise BadAddress("write the name as DNS has it, in letters a to z (xn--...)")
    if not 1 <= len(address) <= LONGEST or re.search(r"[\x00-\x20\x7f\\^`{|}<>\"]", address):
        raise BadAddress(f"it has at most {LONGEST} characters, no space and no backslash")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress("that can't be read as a web address") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise BadAddress("a name and password can't be in the address")
    if parts.fragment or "#" in address:
        raise BadAddress("what follows # never reaches a server: leave it out")
    if loopback and host in _LOOPBACK_HOSTS and parts.scheme in ("http", "https"):
        return address
    if parts.scheme != "https":
        raise BadAddress("it must begin with https://")
    if not _NAME.fullmatch(host):
        raise BadAddress("it must name a host, like hooks.example.com, not an IP address")
    if port not in (None, *_PORTS) or parts.netloc.endswith(":"):
        raise BadAddress("the port must be 443 or 8443")
    return address


def is_public(address: str) -> bool:
    """May this IP address be reached on somebody's behalf: is it anybody's on the internet?"""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and (
        ip.ipv4_mapped is not None or ip.scope_id is not None
    ):
        return False
    if any(ip in network for network in (*_HIDDEN_IN_IPV6, *_NOT_GIVEN_OUT)):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def is_loopback(address: str) -> bool:
    """Is this IP address this machine's own?"""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
