"""Whose key is it, and may it be used from there?"""

import hmac
import ipaddress
from datetime import datetime, timedelta

from app.db import api_keys
from app.db.api_keys import KeyRow, Presented
from app.domain.api_callers import MerchantCaller, Scope
from app.domain.api_keys import KeyRefused, read
from app.domain.secret import Secret
from app.services.context import Context
from app.services.merchants.keys import digests, without_float

_USE_NOTED_EVERY = timedelta(minutes=1)
_NEVER = bytes(32)


def merchant_of(ctx: Context, token: Secret, address: str) -> MerchantCaller | KeyRefused:
    """Who calls with this key from this address. What never was a key costs no query; a wrong one
    as much as a right one."""
    key = read(token)
    if key is None:
        return KeyRefused.NO_KEY
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        found = api_keys.presented(tx, key.id)
        wanted = found.digest if found else _NEVER
        made = digests(ctx.fields, token)
        same = [hmac.compare_digest(wanted, one) for one in made]
        if found is None or not any(same) or not _opens(found, now=now, live=key.live):
            return KeyRefused.NO_KEY
        if not _from_there(found.row, address):
            return KeyRefused.ADDRESS
        used = found.row.last_used_at
        if used is None or used <= now - _USE_NOTED_EVERY:
            api_keys.used(tx, key.id, made[0], now, _USE_NOTED_EVERY)
    return _as_caller(found)


def _opens(found: Presented, *, now: datetime, live: bool) -> bool:
    return found.open and found.row.live is live and found.row.usable(now)


def _from_there(row: KeyRow, address: str) -> bool:
    if not row.networks:
        return True
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        return _within(row, ip.ipv4_mapped)
    return _within(row, ip)


def _within(row: KeyRow, ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return any(ip in ipaddress.ip_network(network) for network in row.networks)


def _as_caller(found: Presented) -> MerchantCaller:
    row = found.row if found.sells or not found.row.live else without_float(found.row)
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    return MerchantCaller(row.agent_id, row.id, scopes, row.live, row.per_minute)
