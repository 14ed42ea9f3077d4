"""One number belongs to one subscriber, whoever comes at once and whatever key it is under."""

import threading

import pytest

from app.db import identity
from app.domain.requests import (
    IdentityAsked,
)
from app.security.field_encryption import FieldCipher
from app.services.check_identity import check_identity
from app.services.renew_fields import renew_fields
from app.services.show_subscriber import show_subscriber
from tests.factories.world import World
from tests.identity.papers import fresh, give, states, tier

_pause = threading.Event()


def test_a_number_serves_one_subscriber_and_staff_look_at_the_second(world: World) -> None:
    ada, obi, number = world.subscriber(), world.subscriber(), fresh()
    give(world, ada, number)
    world.look()
    asked = len(world.identity.asked)
    assert give(world, obi, number) == IdentityAsked()
    world.look()
    assert (tier(world, obi), states(world, obi)) == (1, ["taken"])
    assert world.sms(obi) == ["identity_refused"]
    assert len(world.identity.asked) == asked
    detail = world.one("select detail from breaks where kind = 'identity_taken'")
    assert set(detail) == {"subscriber", "other", "document"}
    assert number not in repr(detail)


def test_two_who_give_one_number_at_once_are_not_both_believed(world: World) -> None:
    people, number = [world.subscriber() for _ in range(4)], fresh()
    for person in people:
        give(world, person, number)
    checks = [row[0] for row in world.all("select id from identity_checks where state = 'asked'")]
    threads = [
        threading.Thread(target=check_identity, args=(world.identities, check)) for check in checks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(tier(world, person) for person in people) == [1, 1, 1, 2]
    ended = sorted(states(world, person)[0] for person in people)
    assert ended == ["matched", "taken", "taken", "taken"]


def test_a_match_waits_for_another_that_is_not_committed_yet(world: World) -> None:
    ada, obi, number = world.subscriber(), world.subscriber(), fresh()
    for person in (ada, obi):
        give(world, person, number)
    first, second = (row[0] for row in world.all(
        "select id from identity_checks where state = 'asked' order by id"))  # fmt: skip
    late = threading.Thread(target=check_identity, args=(world.identities, second))
    with world.db.transaction() as tx:
        identity.one_match_at_a_time(tx)
        assert identity.end(tx, first, "matched", "", world.clock.now())
        late.start()
        for _ in range(500):
            if world.one("select exists (select from pg_locks where not granted)"):
                break
            _pause.wait(0.01)
    late.join()
    assert (states(world, ada), states(world, obi)) == (["matched"], ["taken"])


def test_a_number_is_found_again_after_the_keys_were_rotated(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, obi, number = world.subscriber(), world.subscriber(), fresh()
    give(world, ada, number)
    world.look()
    rotated = FieldCipher("f2:new-field-key-of-tests,f1:field-key-of-tests")
    object.__setattr__(world.context, "fields", rotated)
    assert show_subscriber(world.context, ada).name == "O** T**"
    give(world, obi, number)
    world.look()
    assert states(world, obi) == ["taken"]


def test_after_renewing_an_old_key_may_go_and_numbers_are_still_found(world: World) -> None:
    ada, obi, number = world.subscriber(), world.subscriber(), fresh()
    give(world, ada, number)
    world.look()
    rotated = FieldCipher("f3:a-third-field-key-of-tests,f1:field-key-of-tests")
    object.__setattr__(world.context, "fields", rotated)
    renewed = renew_fields(world.context)
    assert renewed.fields >= 2
    assert renew_fields(world.context).fields == 0
    object.__setattr__(world.context, "fields", FieldCipher("f3:a-third-field-key-of-tests"))
    assert show_subscriber(world.context, ada).name == "O** T**"
    give(world, obi, number)
    world.look()
    assert states(world, obi) == ["taken"]


def test_what_cannot_be_read_is_counted_and_left_alone(world: World) -> None:
    ada = world.subscriber()
    give(world, ada, fresh())
    world.look()
    object.__setattr__(world.context, "fields", FieldCipher("f4:a-key-that-is-not-the-old"))
    renewed = renew_fields(world.context)
    assert renewed.fields == 0
    assert renewed.unreadable >= 2
    assert show_subscriber(world.context, ada).name == ""
