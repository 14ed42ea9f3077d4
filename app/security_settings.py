"""Settings of who may call us and through whom, a part of app.config.Settings."""

from urllib.parse import urlsplit

from pydantic import field_validator
from pydantic_settings import BaseSettings

from app.domain.addresses import Addresses, parse_network
from app.setting_values import CommaList, split

DOORS = (
    "africastalking", "arkesel", "comviva", "dtone", "flutterwave", "hollatags", "hubtel",
    "infobip", "kannel", "madapi", "momo", "moolre", "mpesa", "nalo", "paystack", "reloadly",
    "safaricom", "truroute", "vtpass",
)  # fmt: skip
"""Gateways and vendors that call us: each has `<name>_inbound_tokens` and `_inbound_addresses`."""
_ADDRESSES = tuple(f"{name}_inbound_addresses" for name in DOORS)


class SecuritySettings(BaseSettings):
    """`<gateway>_inbound_addresses`: from where it may call; empty: from anywhere.
    `trusted_proxies`: whose word on whom they speak for counts; none: the address that connects
    is the client's. `trusted_hosts`: names that browsers may call us by, besides `public_url`'s."""

    public_url: str = ""
    trusted_proxies: CommaList = ()
    trusted_hosts: CommaList = ()

    africastalking_inbound_addresses: CommaList = ()
    arkesel_inbound_addresses: CommaList = ()
    comviva_inbound_addresses: CommaList = ()
    dtone_inbound_addresses: CommaList = ()
    flutterwave_inbound_addresses: CommaList = ()
    hollatags_inbound_addresses: CommaList = ()
    hubtel_inbound_addresses: CommaList = ()
    infobip_inbound_addresses: CommaList = ()
    kannel_inbound_addresses: CommaList = ()
    madapi_inbound_addresses: CommaList = ()
    momo_inbound_addresses: CommaList = ()
    moolre_inbound_addresses: CommaList = ()
    mpesa_inbound_addresses: CommaList = ()
    nalo_inbound_addresses: CommaList = ()
    paystack_inbound_addresses: CommaList = ()
    reloadly_inbound_addresses: CommaList = ()
    safaricom_inbound_addresses: CommaList = ()
    truroute_inbound_addresses: CommaList = ()
    vtpass_inbound_addresses: CommaList = ()

    @field_validator("trusted_proxies", "trusted_hosts", *_ADDRESSES, mode="before")
    @classmethod
    def _caller_lists(cls, value: object) -> object:
        return split(value)

    @field_validator("trusted_proxies", *_ADDRESSES)
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                parse_network(one)
            except ValueError:
                raise ValueError(f"{one} isn't an address or a network like 192.0.2.0/24") from None
        return value

    @field_validator("trusted_hosts")
    @classmethod
    def _host_names(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any("/" in one or "*" in one for one in value):
            raise ValueError("must be names as browsers send them, e.g. shop.example,10.0.0.5:8000")
        return tuple(one.lower() for one in value)

    def inbound_addresses(self, name: str) -> Addresses:
        """From where a gateway or vendor may call."""
        return Addresses(getattr(self, f"{name}_inbound_addresses"))

    @property
    def hosts(self) -> frozenset[str]:
        """The names that browsers may call us by; none: any."""
        ours = urlsplit(self.public_url).netloc.lower()
        return frozenset((*self.trusted_hosts, ours)) if ours else frozenset(self.trusted_hosts)
