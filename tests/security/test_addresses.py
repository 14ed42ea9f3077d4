"""Addresses, lists of them, and whom a request comes from when proxies stand before us."""

from typing import Any

import pytest
from pydantic import ValidationError

from app.config import Settings
from app.domain.addresses import Addresses, parse_address
from app.security_settings import DOORS, SecuritySettings
from app.web.proxies import behind, client_of
from tests.factories.gateway import settings

OURS = Addresses(["10.0.0.0/8", "2001:db8:1::/48"])
NASTY = (
    "",
    " ",
    "unknown",
    "_hidden",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.4:x",
    "[::1",
    "[::1]x",
    "[::1]80",
    "::1%eth0\r\nX: y",
    "1.2.3.4, 5.6.7.8",
    "-1",
    "\x00",
    "1.2.3.4" + " " * 99,
    "١.٢.٣.٤",
    "1.2.3.4:",
    "0x7f.1",
    "2130706433",
    "localhost",
    "http://1.2.3.4",
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:80", "192.0.2.1"),
    ],
)
def test_an_address_is_read_as_proxies_write_it(text: str, address: str) -> None:
    assert str(parse_address(text)) == address


@pytest.mark.parametrize("text", NASTY)
def test_what_is_no_address_is_none(text: str) -> None:
    assert parse_address(text) is None
    assert text not in Addresses(["0.0.0.0/0", "::/0"])


def test_a_list_holds_its_networks_and_an_empty_one_nothing() -> None:
    assert "10.255.0.1" in OURS
    assert "::ffff:10.0.0.1" in OURS
    assert "2001:db8:1:2::3" in OURS
    assert "11.0.0.1" not in OURS
    assert "2001:db8:2::1" not in OURS
    assert "10.0.0.1" not in Addresses()
    assert not Addresses()
    assert OURS


PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # a client that connects itself says what it likes
        ("192.0.2.9", "1.1.1.1", "192.0.2.9"),
        ("192.0.2.9", "10.0.0.5, 10.0.0.6", "192.0.2.9"),
        # one proxy, two, and what the client wrote in front of their words
        (PEER, "192.0.2.9", "192.0.2.9"),
        (PEER, "192.0.2.9, 10.0.0.2", "192.0.2.9"),
        (PEER, "6.6.6.6, 192.0.2.9, 10.0.0.2", "192.0.2.9"),
        (PEER, "10.9.9.9, 192.0.2.9", "192.0.2.9"),
        (PEER, "garbage, 192.0.2.9", "192.0.2.9"),
        # IPv6, ports, brackets
        ("2001:db8:1::1", "[2001:db8:9::9]:5123", "2001:db8:9::9"),
        (PEER, "192.0.2.9:5123", "192.0.2.9"),
        ("::ffff:10.0.0.1", "192.0.2.9", "192.0.2.9"),
        # a request of our own network, and a proxy that says nothing
        (PEER, "10.0.0.7", "10.0.0.7"),
        (PEER, "", PEER),
        # garbage where a proxy should have written an address: no further
        (PEER, "192.0.2.9, unknown", PEER),
        (PEER, "192.0.2.9,", PEER),
        (PEER, "192.0.2.9, 10.0.0.2, \x00", PEER),
        (PEER, ",,,,", PEER),
        ("", "192.0.2.9", ""),
        ("garbage", "192.0.2.9", "garbage"),
    ],
)
def test_the_client_is_the_right_most_address_that_is_no_proxy_of_ours(
    peer: str, forwarded: str, client: str
) -> None:
    assert client_of(peer, forwarded, OURS) == client


def told(peer: str, proxies: Addresses, **headers: str) -> dict[str, Any]:
    """What the application is told of a request with these headers."""
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], _: Any) -> list[bytes]:
        seen.update(environ)
        return []

    environ = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **headers}
    list(behind(proxies, application)(environ, lambda *_: None))
    return seen


FORGED = {
    "HTTP_X_FORWARDED_FOR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PORT": "1",
    "HTTP_X_FORWARDED_PREFIX": "/evil", "HTTP_FORWARDED": "for=127.0.0.1;host=evil.example",
    "HTTP_X_REAL_IP": "127.0.0.1",
}  # fmt: skip


@pytest.mark.parametrize("proxies", [Addresses(), OURS])
def test_a_stranger_says_nothing_about_the_address_the_scheme_or_the_host(
    proxies: Addresses,
) -> None:
    assert told("192.0.2.9", proxies, **FORGED) == {
        "REMOTE_ADDR": "192.0.2.9", "wsgi.url_scheme": "http"
    }  # fmt: skip


def test_a_proxy_of_ours_tells_address_and_scheme_and_never_the_host() -> None:
    wanted = {"REMOTE_ADDR": "192.0.2.9", "wsgi.url_scheme": "https", "HTTP_HOST": "shop.example"}
    honest = {**FORGED, "HTTP_X_FORWARDED_FOR": "192.0.2.9", "HTTP_HOST": "shop.example"}
    assert told(PEER, OURS, **honest) == wanted
    assert told(PEER, OURS, HTTP_X_FORWARDED_PROTO="gopher")["wsgi.url_scheme"] == "http"
    assert told(PEER, OURS, HTTP_X_FORWARDED_PROTO="https, HTTP")["wsgi.url_scheme"] == "http"


def test_every_door_has_a_list_of_addresses_and_the_list_is_read_strictly() -> None:
    tokens = {name.removesuffix("_inbound_tokens") for name in Settings.model_fields
              if name.endswith("_inbound_tokens")}  # fmt: skip
    addresses = {name.removesuffix("_inbound_addresses") for name in SecuritySettings.model_fields
                 if name.endswith("_inbound_addresses")}  # fmt: skip
    assert tokens == addresses == set(DOORS)
    for wrong in ("10.0.0.1/8", "any", "0", "1.2.3.4-1.2.3.9"):
        with pytest.raises(ValidationError, match="isn't an address or a network"):
            settings("postgresql:///x", "redis://x", paystack_inbound_addresses=wrong)
        with pytest.raises(ValidationError, match="isn't an address or a network"):
            settings("postgresql:///x", "redis://x", trusted_proxies=wrong)
    wanted = settings(
        "postgresql:///x", "redis://x", paystack_inbound_addresses="52.31.139.75, 2001:db8::/32"
    )
    assert "2001:db8::1" in wanted.inbound_addresses("paystack")
    assert "paystack" not in wanted.doors_open_to_all
    assert "vtpass" in wanted.doors_open_to_all
