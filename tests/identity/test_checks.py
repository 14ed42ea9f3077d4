"""An identity number is taken as a secret, looked up by a job, and moves the tier once."""

import re
import threading
from datetime import timedelta

import pytest

from app.db import identity
from app.db.engine import Database
from app.domain.documents import Document
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    CheckPin,
    ConfirmCustomer,
    ConfirmIdentity,
    Done,
    FindRecipient,
    GetLimits,
    IdentityAsked,
    MyLimits,
    Origin,
    Recipient,
    TooFast,
)
from app.domain.secret import Secret
from app.ports.identity import IdentityUnknown, Matched, NotMatched
from app.security.audit import broken_entries
from app.security.field_encryption import FieldCipher
from app.services.check_identity import check_identity
from app.services.cure_pin import NoSuchSubscriber
from app.services.renew_fields import renew_fields
from app.services.run_agents import close_agent
from app.services.show_subscriber import set_tier, show_subscriber
from tests.agents.counter import Counter, why
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock

_pause = threading.Event()
_numbers = iter(range(22_000_000_001, 22_999_999_999))


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock)


@pytest.fixture
def counter(world: World) -> Counter:
    return Counter(world)


def fresh() -> str:
    return str(next(_numbers))


def give(
    world: World, msisdn: Msisdn, number: str, document: Document = Document.BVN,
    origin: Origin | None = None,
) -> object:  # fmt: skip
    return Counter(world).ask(msisdn, ConfirmIdentity(document, Secret(number)), origin)


def tier(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select tier from subscribers where msisdn = %s", msisdn))


def states(world: World, msisdn: Msisdn) -> list[str]:
    rows = world.all(
        "select c.state from identity_checks c join subscribers s on s.id = c.subscriber_id"
        " where s.msisdn = %s order by c.id", msisdn,
    )  # fmt: skip
    return [row[0] for row in rows]


def at_an_agent(
    counter: Counter, agent: Msisdn, customer: Msisdn, number: str, session: str
) -> object:
    world = counter.world
    checked = counter.ask(agent, CheckPin(Secret(PIN)), world.origin(agent, 1, session))
    assert checked == Done()
    asked = ConfirmCustomer(customer, Document.NIN, Secret(number))
    return counter.ask(agent, asked, world.origin(agent, 2, session))


# --- a match ---------------------------------------------------------------------------------


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


# --- no match --------------------------------------------------------------------------------


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


# --- one number, one subscriber --------------------------------------------------------------


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


# --- at an agent -----------------------------------------------------------------------------


def test_an_agent_needs_the_pin_a_customer_and_to_be_at_work(
    world: World, counter: Counter
) -> None:
    agent, ada = counter.agent(), world.subscriber()
    asked = ConfirmCustomer(ada, Document.BVN, Secret(fresh()))
    assert why(counter.ask(agent, asked)) == "pin_not_checked"
    assert why(counter.ask(ada, asked)) == "not_an_agent"
    assert why(at_an_agent(counter, agent, agent, fresh(), "own")) == "no_such_customer"
    nobody = Msisdn("+2348099000001")
    assert why(at_an_agent(counter, agent, nobody, fresh(), "nobody")) == "no_such_customer"
    close_agent(world.context, agent, "test", "moved away")
    assert why(at_an_agent(counter, agent, ada, fresh(), "closed")) == "not_an_agent"
    assert states(world, ada) == []


# --- nothing in clear ------------------------------------------------------------------------


def test_a_number_and_a_name_are_in_no_table_in_clear(world: World, owner: Database) -> None:
    ada, kept, forgotten = world.subscriber(), fresh(), fresh()
    world.identity.answers = [
        Matched(Secret("CANARYNAME CANARYNAME"), same_phone=True),
        NotMatched("not_found"),
    ]
    give(world, ada, kept)
    world.look()
    give(world, ada, forgotten, Document.NIN)
    world.look()
    with owner.statement() as tx:
        tables = [row[0] for row in tx.all(
            "select tablename from pg_tables where schemaname = 'public'")]  # fmt: skip
        dump = "\n".join(
            row[0] for table in tables for row in tx.all(f'select t::text from "{table}" t')
        )
    assert str(ada) in dump
    for canary in (kept, forgotten, "CANARYNAME"):
        assert canary not in dump
        assert canary.encode().hex() not in dump
    assert re.search(r"v1\|f1\|", dump)


# --- staff -----------------------------------------------------------------------------------


def test_staff_see_a_subscriber_without_numbers_and_set_a_tier_on_the_record(
    world: World, counter: Counter
) -> None:
    ada, number = world.subscriber(naira(5_000)), fresh()
    give(world, ada, number)
    world.look()
    world.buy(ada, 200)
    card = show_subscriber(world.context, ada)
    assert (card.tier, card.name, card.documents) == (2, "O** T**", (Document.BVN,))
    assert (card.spent_today, card.balance) == (naira(200), naira(4_800))
    assert number not in repr(card)
    set_tier(world.context, ada, 1, "cli:test", "reported stolen")
    assert tier(world, ada) == 1
    row = world.all("select actor, act, subject, detail from audit order by id desc limit 1")[0]
    assert row == ("cli:test", "subscriber.tier", ada, {"tier": "1", "reason": "reported stolen"})
    with world.db.transaction() as tx:
        assert broken_entries(tx) == []
    for wrong in (0, 4):
        with pytest.raises(ValueError, match="1 to 3"):
            set_tier(world.context, ada, wrong, "cli:test", "")
    with pytest.raises(NoSuchSubscriber):
        set_tier(world.context, Msisdn("+2348099000002"), 2, "cli:test", "")
