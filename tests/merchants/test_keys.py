"""API keys: what one looks like, who makes which, what opens and what doesn't."""

import random
import re
from datetime import timedelta

import pytest

from app.domain.api_callers import MerchantCaller, Scope
from app.domain.api_keys import MOST_KEYS, KeyRefused, make, read
from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.approve import approve
from app.services.merchants.keys import (
    NewKey,
    ask_to_let_sell,
    list_keys,
    make_key,
    may_sell,
    revoke_key,
    stop_selling,
)
from app.services.run_agents import close_agent
from app.services.run_staff import add_staff
from app.services.staff_refused import MayNot, SamePerson, StaffRefused
from tests.factories.world import World
from tests.merchants.shop import EVERY, FROM, Shop


def _id_of(key: str) -> str:
    return key.split("_")[2]


def test_a_key_is_recognised_by_its_checksum() -> None:
    key = make(random.Random(1).choice, live=True).whole.value
    assert re.fullmatch(r"nxk_live_[a-z0-9]{12}_[0-9A-Za-z]{49}", key)
    assert read(Secret(key)) is not None
    for at in range(len(key)):
        changed = key[:at] + ("0" if key[at] != "0" else "1") + key[at + 1 :]
        assert read(Secret(changed)) is None, changed


def test_a_key_opens_with_its_scopes_and_its_secret_is_stored_nowhere(shop: Shop) -> None:
    key = shop.key(scopes=frozenset({Scope.BALANCE}), per_minute=60)
    caller = shop.who(key, FROM)
    assert caller == MerchantCaller(shop.id, _id_of(key), frozenset({Scope.BALANCE}), True, 60)
    stored = shop.world.all("select k::text from api_keys k union all select a::text from audit a")
    secret = key.rsplit("_", 1)[1]
    assert stored
    assert not any(secret in row[0] for row in stored)


def test_what_is_no_key_of_ours_is_refused(shop: Shop) -> None:
    key, other = shop.key(), shop.key()
    forged = make(random.Random(2).choice, live=True).whole.value
    mixed = f"nxk_live_{_id_of(key)}_{other.rsplit('_', 1)[1]}"
    for wrong in (forged, mixed, "nxk_live_", "nxk_", "\0", key + "x", key[:-1]):
        assert shop.who(wrong) is KeyRefused.NO_KEY, wrong


def test_a_secret_of_another_key_with_a_good_checksum_does_not_open(shop: Shop) -> None:
    key = shop.key()
    picks = iter(_id_of(key))
    letters = random.Random(3)
    forged = make(lambda given: next(picks, "") or letters.choice(given), live=True).whole.value
    assert _id_of(forged) == _id_of(key)
    assert shop.who(forged, FROM) is KeyRefused.NO_KEY


def test_a_revoked_key_does_not_open_from_the_next_request_on(shop: Shop) -> None:
    old, new = shop.key(), shop.key()
    assert revoke_key(shop.world.context, shop.id, _id_of(old), "agent")
    assert not revoke_key(shop.world.context, shop.id, _id_of(old), "agent")
    assert shop.who(old, FROM) is KeyRefused.NO_KEY
    assert isinstance(shop.who(new, FROM), MerchantCaller)


def test_a_key_ends_when_it_expires_and_with_its_agent(shop: Shop) -> None:
    key = shop.key(expires_at=shop.world.clock.now() + timedelta(days=1))
    assert isinstance(shop.who(key, FROM), MerchantCaller)
    shop.world.clock.advance(days=1)
    assert shop.who(key, FROM) is KeyRefused.NO_KEY
    lasting = shop.key()
    close_agent(shop.world.context, shop.msisdn, "cli:test", "gone")
    assert shop.who(lasting, FROM) is KeyRefused.NO_KEY


@pytest.mark.parametrize(
    ("address", "opens"),
    [("203.0.113.7", True), ("198.51.100.9", True), ("::ffff:198.51.100.9", True),
     ("198.51.101.1", False), ("2001:db8::1", False), ("", False), ("nonsense", False)],
)  # fmt: skip
def test_a_key_opens_from_its_own_addresses_only(shop: Shop, address: str, opens: bool) -> None:
    key = shop.key(networks=("203.0.113.7", "198.51.100.0/24"))
    found = shop.who(key, address)
    assert (found is not KeyRefused.ADDRESS) == opens


def test_a_test_key_is_no_live_key(shop: Shop) -> None:
    key = shop.key(live=False)
    found = shop.who(key, FROM)
    assert isinstance(found, MerchantCaller)
    assert not found.live
    assert shop.who(key.replace("test", "live"), FROM) is KeyRefused.NO_KEY


def test_use_is_noted_once_a_minute(shop: Shop) -> None:
    key, clock = shop.key(), shop.world.clock
    first = clock.now()
    for _ in range(3):
        shop.who(key, FROM)
        clock.advance(seconds=20)
    assert list_keys(shop.world.context, shop.id)[0].last_used_at == first
    shop.who(key, FROM)
    assert list_keys(shop.world.context, shop.id)[0].last_used_at == clock.now()


def test_live_selling_takes_two_people_and_its_key_the_agent(world: World) -> None:
    shop = Shop(world)
    ctx = world.context
    assert stop_selling(ctx, shop.id, "cli:test", "to begin anew")
    with pytest.raises(StaffRefused, match="two members of staff"):
        shop.key()
    reading = make_key(
        ctx, shop.id, NewKey(True, frozenset({Scope.BALANCE}), "books"), "staff", staff=True
    )
    assert reading.live
    for name, role in (("ask@x.example", Role.ADMIN), ("yes@x.example", Role.FINANCE_CHECKER),
                       ("helps@x.example", Role.SUPPORT)):  # fmt: skip
        add_staff(ctx, name, Secret("correct horse 9"), "cli:test", role)
    with pytest.raises(MayNot):
        ask_to_let_sell(ctx, shop.id, "contract signed", "helps@x.example", "AAAAAA")
    ticket = ask_to_let_sell(ctx, shop.id, "contract signed", "ask@x.example", "AAAAAA")
    with pytest.raises(SamePerson):
        approve(ctx, ticket, "ask@x.example")
    assert not may_sell(ctx, shop.id)
    approve(ctx, ticket, "yes@x.example")
    with pytest.raises(StaffRefused, match="made by the agent"):
        make_key(ctx, shop.id, NewKey(True, EVERY, "mine"), "ask@x.example", staff=True)
    with pytest.raises(StaffRefused, match="another label"):
        make_key(ctx, shop.id, NewKey(True, EVERY, "books"), shop.msisdn, staff=False)
    key = shop.key()
    caller = shop.who(key, FROM)
    assert isinstance(caller, MerchantCaller)
    assert Scope.PURCHASE in caller.scopes
    assert stop_selling(ctx, shop.id, "ask@x.example", "complaints")
    stopped = shop.who(key, FROM)
    assert isinstance(stopped, MerchantCaller)
    assert stopped.scopes == EVERY - {Scope.PURCHASE}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"scopes": frozenset()}, "may do"), ({"networks": ("203.0.113.300",)}, "no address"),
     ({"networks": ("0.0.0.0/0; drop",)}, "no address"), ({"networks": ("10.0.0.1",) * 21}, "most"),
     ({"per_minute": 0}, "minute"), ({"per_minute": 6_001}, "minute")],
)  # fmt: skip
def test_what_a_key_cannot_be_is_said(shop: Shop, wrong: dict, why: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(StaffRefused, match=why):
        shop.key(**wrong)


def test_there_is_an_end_to_keys(shop: Shop) -> None:
    keys = [shop.key() for _ in range(MOST_KEYS)]
    with pytest.raises(StaffRefused, match="revoke one"):
        shop.key()
    revoke_key(shop.world.context, shop.id, _id_of(keys[0]), "agent")
    shop.key()
