"""An identity number is taken as a secret, looked up by a job, and moves the tier once."""

import threading
from datetime import timedelta

import pytest

from app.db import identity
from app.domain.documents import Document
from app.domain.requests import (
    FindRecipient,
    GetLimits,
    IdentityAsked,
    MyLimits,
    Recipient,
    TooFast,
)
from app.domain.secret import Secret
from app.ports.identity import IdentityUnknown, Matched, NotMatched
from app.services.check_identity import check_identity
from tests.agents.counter import Counter, why
from tests.factories.world import World, naira
from tests.identity.papers import at_an_agent, fresh, give, states, tier

# --- a match -------------------------------------------------------------------------------------


def test_one_number_lifts_to_the_second_tier_and_both_to_the_third(world: World) -> None:
    ada = world.subscriber(naira(100))
    limits = Counter(world).ask(ada, GetLimits())
    assert limits == MyLimits(naira(50_000), naira(300_000), (Document.BVN, Document.NIN))
    assert give(world, ada, fresh()) == IdentityAsked()
    assert tier(world, ada) == 1
    world.look()
    assert tier(world, ada) == 2
    assert give(world, ada, fresh(), Document.NIN) == IdentityAsked()
    world.look()
    assert tier(world, ada) == 3
    assert Counter(world).ask(ada, GetLimits()) == MyLimits(naira(5_000_000), None, ())
    assert world.sms(ada) == ["identity_matched", "identity_matched"]
    assert why(give(world, ada, fresh())) == "confirmed_before"


def test_the_verified_name_is_shown_masked_before_money_is_sent(world: World) -> None:
    ada, obi = world.subscriber(naira(100)), world.subscriber()
    world.identity.answers = [Matched(Secret("THREE FOUR FIVE"), same_phone=True)]
    give(world, obi, fresh())
    world.look()
    asked = Counter(world).ask(ada, FindRecipient(obi, naira(10)))
    assert asked == Recipient(registered=True, name="T**** F***")
    assert Counter(world).ask(obi, FindRecipient(ada, naira(10))) == Recipient(registered=True)


def test_a_repeated_hop_asks_once(world: World) -> None:
    ada, number = world.subscriber(), fresh()
    origin = world.origin(ada)
    assert {repr(give(world, ada, number, origin=origin)) for _ in range(3)} == {"IdentityAsked()"}
    world.look()
    assert len(world.identity.asked) == 1
    assert give(world, ada, number, origin=origin) == IdentityAsked()


def test_a_job_that_runs_many_times_at_once_tells_once(world: World) -> None:
    ada = world.subscriber()
    give(world, ada, fresh())
    check = int(world.one("select max(id) from identity_checks"))
    threads = [
        threading.Thread(target=check_identity, args=(world.identities, check)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tier(world, ada) == 2
    assert world.sms(ada) == ["identity_matched"]


def test_a_worker_that_dies_after_asking_changes_nothing_and_is_followed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = world.subscriber()
    give(world, ada, fresh())
    check = int(world.one("select max(id) from identity_checks"))

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(identity, "end", dies)
        with pytest.raises(SystemExit):
            check_identity(world.identities, check)
    assert (tier(world, ada), states(world, ada)) == (1, ["asked"])
    world.pass_time(62, step=31)
    assert (tier(world, ada), states(world, ada)) == (2, ["matched"])


def test_a_nudge_that_was_lost_is_made_up_for(world: World) -> None:
    ada = world.subscriber()
    give(world, ada, fresh())
    with world.db.transaction() as tx:
        tx.run("delete from outbox")
    world.pass_time(12)
    assert tier(world, ada) == 2


# --- no match ------------------------------------------------------------------------------------


def test_a_number_that_does_not_exist_changes_nothing_and_is_forgotten(world: World) -> None:
    ada = world.subscriber()
    world.identity.answers = [NotMatched("not_found")]
    give(world, ada, fresh())
    world.look()
    assert (tier(world, ada), states(world, ada)) == (1, ["not_matched"])
    assert world.sms(ada) == ["identity_refused"]
    assert world.one("select count(*) from identity_checks where state = 'not_matched'"
                     " and number_ciphertext is not null") == 0  # fmt: skip


@pytest.mark.parametrize("same_phone", [False, None])
def test_another_phones_number_needs_an_agent_who_saw_the_document(
    world: World, counter: Counter, same_phone: bool | None
) -> None:
    agent, ada, number = counter.agent(), world.subscriber(), fresh()
    world.identity.answers = [Matched(Secret("ONE TWO"), same_phone)]
    give(world, ada, number, Document.NIN)
    world.look()
    assert (tier(world, ada), world.sms(ada)) == (1, ["identity_other_phone"])
    assert at_an_agent(counter, agent, ada, number, f"desk-{number}") == IdentityAsked()
    world.look()
    assert tier(world, ada) == 2
    assert world.sms(ada)[-1] == "identity_matched"


def test_no_answer_is_asked_again_with_longer_pauses_and_given_up_after_a_day(
    world: World,
) -> None:
    ada = world.subscriber()
    world.identity.answers = [IdentityUnknown("503"), Matched(Secret("ONE TWO"), same_phone=True)]
    give(world, ada, fresh())
    world.look()
    assert states(world, ada) == ["asked"]
    world.pass_time(7)
    assert tier(world, ada) == 2

    obi = world.subscriber()
    world.identity.answers = [IdentityUnknown("timeout")]
    give(world, obi, fresh())
    world.look()
    asked = len(world.identity.asked)
    for _ in range(30):
        world.clock.advance(hours=1)
        world.look()
    assert len(world.identity.asked) - asked <= 26
    assert states(world, obi) == ["unanswered"]
    assert world.sms(obi) == ["identity_unanswered"]


def test_a_second_number_replaces_one_that_is_still_looked_up(world: World) -> None:
    ada, wrong, right = world.subscriber(), fresh(), fresh()
    give(world, ada, wrong)
    give(world, ada, right)
    world.look()
    assert states(world, ada) == ["replaced", "matched"]
    assert [number for _, number, _ in world.identity.asked] == [right]
    assert world.sms(ada) == ["identity_matched"]


def test_three_numbers_a_day_and_no_more(world: World) -> None:
    ada, first = world.subscriber(), world.clock.now()
    world.identity.answers = [NotMatched("not_found")]
    for _ in range(3):
        assert give(world, ada, fresh()) == IdentityAsked()
        world.look()
    assert give(world, ada, fresh()) == TooFast(first + timedelta(hours=24))
    world.clock.advance(hours=24)
    assert give(world, ada, fresh()) == IdentityAsked()


@pytest.mark.parametrize(
    "number", ["", "2212345678", "221234567812", "2212345678a", "２２１２３４５６７８１"]
)
def test_what_is_no_number_is_refused(world: World, number: str) -> None:
    ada = world.subscriber()
    assert why(give(world, ada, number)) == "no_document_here"
    assert states(world, ada) == []
