"""A charge is asked for once, started once, and asked about until it is known."""

from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.charges import ChargeMethod, ChargeState
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ChargeAsked,
    ChargeAskedBefore,
    ChargeShown,
    FundingWays,
    GetCharge,
    GetFundingWays,
    Refusal,
    Refused,
)
from app.ports.charges import ChargeNotSent, ChargeRefused, ChargeUnknown
from app.ports.payments import NotPaid
from app.services.funding_context import FundingContext
from app.services.look_after_charge import look_after_charge
from app.services.perform import perform
from app.services.session_end import find_end
from app.services.ways_in import Collects, WaysIn
from tests.factories.races import meet_at
from tests.factories.world import naira
from tests.funding.till import BY_CODE, BY_PROMPT, Till, at_once

# --- asking ----------------------------------------------------------------------------------


def test_a_screen_calls_nobody_and_a_job_starts_the_charge_and_sends_the_code(till: Till) -> None:
    who = till.world.subscriber()
    asked = till.ask(who, naira(1_000))
    assert till.provider.started == []
    till.world.look()
    assert isinstance(asked, ChargeAsked)
    [charge] = till.provider.started
    assert (charge.reference, charge.amount, charge.owner, charge.bank) == (
        asked.reference, naira(1_000), who, "gtb",
    )  # fmt: skip
    assert till.world.sms(who) == ["pay_by_dialling"]
    shown = perform(till.world.context, till.world.origin(who), GetCharge(asked.reference))
    assert shown == ChargeShown(ChargeState.STARTED, naira(1_000), "*737*33*4*18791#")


def test_nobody_sees_the_charge_of_another(till: Till) -> None:
    _, reference = till.started()
    other = till.world.subscriber()
    shown = perform(till.world.context, till.world.origin(other), GetCharge(reference))
    assert isinstance(shown, Refused)


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        (BY_CODE, "pay_by_dialling"),
        ((ChargeMethod.ONE_TIME_ACCOUNT, ""), "pay_to_account"),
        ((ChargeMethod.LINK, ""), "pay_by_link"),
    ],
)
def test_each_way_says_by_sms_what_to_do(
    till: Till, how: tuple[ChargeMethod, str], kind: str
) -> None:
    who, _ = till.started(how=how)
    assert till.world.sms(who) == [kind]


def test_a_prompt_needs_no_sms(till: Till) -> None:
    who, _ = till.started(how=BY_PROMPT)
    assert till.world.sms(who) == []


def test_a_repeated_hop_asks_once_and_gets_the_same_answer(till: Till) -> None:
    who = till.world.subscriber()
    origin = till.world.origin(who)
    answers = {till.ask(who, naira(500), BY_PROMPT, origin) for _ in range(3)}
    assert len(answers) == 1
    till.world.look()
    assert len(till.provider.started) == 1


def test_a_gateway_that_repeats_after_the_session_was_forgotten_reads_what_was_asked(
    till: Till,
) -> None:
    who = till.world.subscriber()
    origin = till.world.origin(who)
    asked = till.ask(who, naira(500), BY_PROMPT, origin)
    assert isinstance(asked, ChargeAsked)
    said = find_end(till.world.context, origin.channel, origin.session, who)
    assert said == (
        f"We have asked for NGN 500.00. An SMS says what to do next. Ref {asked.reference}"
    )
    other = till.world.subscriber()
    assert find_end(till.world.context, origin.channel, origin.session, other) is None


def test_a_second_prompt_waits_for_the_first_and_says_so(till: Till) -> None:
    who, reference = till.started(700, BY_PROMPT)
    assert till.ask(who, naira(300), BY_PROMPT) == ChargeAskedBefore(reference, naira(700))
    till.provider.payments[reference] = NotPaid("cancelled")
    till.world.pass_time(6)
    assert till.state(reference) == "failed"
    assert isinstance(till.ask(who, naira(300), BY_PROMPT), ChargeAsked)


def test_of_prompts_asked_for_at_the_same_time_one_is_started(till: Till) -> None:
    who = till.world.subscriber()
    answers: list[object] = []
    at_once([lambda: answers.append(till.ask(who, naira(300), BY_PROMPT)) for _ in range(12)])
    till.world.look()
    assert sum(isinstance(answer, ChargeAsked) for answer in answers) == 1
    assert sum(isinstance(answer, ChargeAskedBefore) for answer in answers) == 11
    assert len(till.provider.started) == 1


@pytest.mark.parametrize(
    ("amount", "how"),
    [
        (Money(0, "NGN"), BY_CODE),
        (Money(-100_00, "NGN"), BY_CODE),
        (Money(500_50, "NGN"), BY_CODE),
        (Money(99_00, "NGN"), BY_CODE),
        (Money(1_000_001_00, "NGN"), BY_CODE),
        (Money(500_00, "KES"), BY_CODE),
        (Money(500_00, "NGN"), (ChargeMethod.BANK_USSD, "")),
        (Money(500_00, "NGN"), (ChargeMethod.BANK_USSD, "no-bank")),
        (Money(500_00, "NGN"), (ChargeMethod.PROMPT, "gtb")),
    ],
)
def test_what_makes_no_sense_is_refused_and_noted_nowhere(
    till: Till, amount: Money, how: tuple[ChargeMethod, str]
) -> None:
    before = till.world.one("select count(*) from charges")
    answer = till.ask(till.world.subscriber(), amount, how)
    assert answer == Refused(Refusal.NO_MONEY_IN_HERE)
    assert till.world.one("select count(*) from charges") == before


def test_the_ways_offered_are_those_of_the_providers_there_are() -> None:
    usual = frozenset({"NGN"})
    methods = frozenset({ChargeMethod.BANK_USSD})
    ways = WaysIn(
        {"first": usual},
        {
            "first": Collects(methods, usual, frozenset({"gtb"})),
            "second": Collects(methods, usual, frozenset({"uba", "gtb", "zenith"})),
        },
    )
    assert ways.account_provider("NGN") == "first"
    assert ways.account_provider("KES") is None
    assert ways.charge_provider(ChargeMethod.BANK_USSD, "NGN", "uba") == "second"
    assert ways.charge_provider(ChargeMethod.BANK_USSD, "NGN", "gtb") == "first"
    assert ways.charge_provider(ChargeMethod.PROMPT, "NGN") is None
    assert ways.banks("NGN") == ("gtb", "uba", "zenith")
    assert ways.banks("KES") == ()


def test_a_subscriber_is_offered_what_there_is_for_the_wallet(till: Till) -> None:
    origin = till.world.origin(till.world.subscriber())
    ways = perform(till.world.context, origin, GetFundingWays())
    banks = ("gtb", "uba", "zenith", "sterling")
    assert ways == FundingWays(bank_transfer=True, banks=banks, prompt=True)
    stranger = till.world.origin(Msisdn("+2348039999999"))
    assert perform(till.world.context, stranger, GetFundingWays()) == FundingWays(
        bank_transfer=False, banks=(), prompt=False
    )


# --- starting once ---------------------------------------------------------------------------


def test_a_worker_that_dies_during_the_call_leaves_a_charge_that_is_only_asked_about(
    till: Till,
) -> None:
    who = till.world.subscriber()
    till.provider.starts = [SystemExit()]
    asked = till.ask(who, naira(1_000), BY_PROMPT)
    assert isinstance(asked, ChargeAsked)
    with pytest.raises(SystemExit):
        till.world.look()
    assert till.state(asked.reference) == "unknown"
    till.world.pass_time(29)
    assert till.provider.asked == []
    till.pays(asked.reference, naira(1_000))
    till.world.pass_time(15)
    assert len(till.provider.started) == 1
    assert till.state(asked.reference) == "paid"
    assert till.world.spendable(who) == naira(1_000)


def test_workers_that_take_the_same_charge_up_at_once_start_it_once(till: Till) -> None:
    who = till.world.subscriber()
    asked = till.ask(who, naira(1_000))
    assert isinstance(asked, ChargeAsked)
    id_ = till.id(asked.reference)
    meet_at(
        till.world.db,
        lambda tx: tx.run("select from charges where id = %s for update", (id_,)),
        [lambda: look_after_charge(till.world.funding, id_)] * 8,
    )
    assert len(till.provider.started) == 1
    assert till.world.sms(who) == ["pay_by_dialling"]


def test_an_answer_that_was_lost_starts_nothing_again(till: Till) -> None:
    who = till.world.subscriber()
    till.provider.starts = [ChargeUnknown("read_timeout")]
    asked = till.ask(who, naira(1_000))
    assert isinstance(asked, ChargeAsked)
    till.world.pass_time(200)
    assert len(till.provider.started) == 1
    assert till.state(asked.reference) == "unknown"
    till.world.pass_time(30 * 60, step=30)
    assert till.state(asked.reference) == "expired"
    assert till.world.sms(who) == ["charge_failed"]


def test_a_request_that_never_left_is_sent_again_under_the_same_reference(till: Till) -> None:
    who = till.world.subscriber()
    till.provider.starts = [ChargeNotSent("connect"), ChargeNotSent("connect")]
    asked = till.ask(who, naira(1_000))
    assert isinstance(asked, ChargeAsked)
    till.world.pass_time(12)
    assert till.state(asked.reference) == "started"
    assert {charge.reference for charge in till.provider.started} == {asked.reference}
    assert till.world.sms(who) == ["pay_by_dialling"]


def test_a_provider_that_stays_away_ends_the_charge_before_it_comes_as_a_surprise(
    till: Till,
) -> None:
    who = till.world.subscriber()
    till.provider.starts = [ChargeNotSent("connect") for _ in range(50)]
    asked = till.ask(who, naira(1_000), BY_PROMPT)
    assert isinstance(asked, ChargeAsked)
    till.world.pass_time(80)
    assert till.state(asked.reference) == "refused"
    assert till.world.sms(who) == ["charge_failed"]


def test_a_refusal_is_told(till: Till) -> None:
    who = till.world.subscriber()
    till.provider.starts = [ChargeRefused("insufficient")]
    asked = till.ask(who, naira(1_000))
    assert isinstance(asked, ChargeAsked)
    till.world.look()
    assert till.state(asked.reference) == "refused"
    assert till.world.sms(who) == ["charge_failed"]


def test_a_job_that_redis_forgot_is_found_by_the_sweeper(till: Till, db: Database) -> None:
    asked = till.ask(till.world.subscriber(), naira(1_000))
    assert isinstance(asked, ChargeAsked)
    with db.transaction() as tx:
        tx.run("delete from outbox where topic = 'charge'")
    till.world.look()
    assert till.state(asked.reference) == "asked"
    till.world.pass_time(11)
    assert till.state(asked.reference) == "started"


# --- asking what became of it ----------------------------------------------------------------


def test_a_provider_that_is_not_used_any_more_leaves_no_charge_open_for_ever(till: Till) -> None:
    _, reference = till.started()
    gone = FundingContext(till.world.context, {}, {}, {})
    till.world.clock.advance(minutes=29)
    look_after_charge(gone, till.id(reference))
    assert till.state(reference) == "started"
    till.world.clock.advance(minutes=2)
    look_after_charge(gone, till.id(reference))
    assert till.state(reference) == "expired"


def test_it_is_asked_about_after_5_15_30_and_60_seconds_then_each_minute(till: Till) -> None:
    _, reference = till.started()
    seconds = []
    for second in range(1, 185):
        before = len(till.provider.asked)
        till.world.pass_time(1)
        if len(till.provider.asked) > before:
            seconds.append(second)
    assert seconds == [5, 15, 30, 60, 120, 180]
    assert till.state(reference) == "started"


@pytest.mark.parametrize(
    ("method", "life"),
    [
        (BY_CODE, timedelta(minutes=30)),
        (BY_PROMPT, timedelta(minutes=5)),
        ((ChargeMethod.ONE_TIME_ACCOUNT, ""), timedelta(hours=8)),
    ],
)
def test_after_its_life_nobody_asks_any_more_and_money_that_comes_later_is_credited(
    till: Till, method: tuple[ChargeMethod, str], life: timedelta
) -> None:
    who, reference = till.started(how=method)
    till.world.pass_time(life.total_seconds() - 60, step=60)
    assert till.state(reference) == "started"
    till.world.pass_time(180, step=30)
    assert till.state(reference) == "expired"
    asked = len(till.provider.asked)
    till.world.pass_time(600, step=60)
    assert len(till.provider.asked) == asked
    till.pays(reference, naira(1_000))
    till.hear(charge=reference)
    assert till.state(reference) == "paid"
    assert till.world.spendable(who) == naira(1_000)
    assert till.world.books_differ() == []
