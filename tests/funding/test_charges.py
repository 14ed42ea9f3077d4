"""A charge is started once, asked about until it is known, and credits only what was asked for."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db.engine import Database
from app.domain.charges import ChargeMethod, ChargeState
from app.domain.ledger import AccountKind, system
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import (
    ChargeAsked,
    ChargeAskedBefore,
    ChargeShown,
    FundingWays,
    GetCharge,
    GetFundingWays,
    Origin,
    Refusal,
    Refused,
    StartCharge,
)
from app.ports.charges import ChargeNotSent, ChargeRefused, ChargeStarted, ChargeUnknown
from app.ports.payments import NotPaid, Paid
from app.services import credit_payment
from app.services.credit_payment import credit_confirmed
from app.services.funding_context import FundingContext
from app.services.look_after_charge import look_after_charge
from app.services.perform import perform
from app.services.ways_in import WaysIn
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.clock import FixedClock

BY_CODE = (ChargeMethod.BANK_USSD, "gtbank")
BY_PROMPT = (ChargeMethod.PROMPT, "")


class Till:
    """A world whose subscribers ask for charges, and the worker that looks after them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.provider = world.payments

    def ask(
        self, who: Msisdn, amount: Money, how: tuple[ChargeMethod, str] = BY_CODE,
        origin: Origin | None = None,
    ) -> ChargeAsked | ChargeAskedBefore | Refused:  # fmt: skip
        request = StartCharge(how[0], amount, how[1])
        answer = perform(self.world.context, origin or self.world.origin(who), request)
        assert isinstance(answer, ChargeAsked | ChargeAskedBefore | Refused)
        return answer

    def started(
        self, amount: int = 1_000, how: tuple[ChargeMethod, str] = BY_CODE
    ) -> tuple[Msisdn, str]:
        """A subscriber with a charge that is with the provider; its reference."""
        who = self.world.subscriber()
        asked = self.ask(who, naira(amount), how)
        assert isinstance(asked, ChargeAsked)
        self.world.look()
        assert self.state(asked.reference) == "started"
        return who, asked.reference

    def pays(self, reference: str, amount: Money, external_id: str = "", ours: str = "") -> None:
        """The provider now says that this was paid for the charge."""
        self.provider.payments[reference] = Paid(
            external_id or f"id-{reference}", amount, Money(amount.amount_minor // 100,
            amount.currency), "", ours or reference,
        )  # fmt: skip

    def hear(self, **event: object) -> None:
        self.world.webhook(dict(event))
        self.world.look()

    def state(self, reference: str) -> str:
        return str(self.world.one("select state from charges where reference = %s", reference))

    def id(self, reference: str) -> int:
        return int(self.world.one("select id from charges where reference = %s", reference))

    def suspense(self, currency: str = "NGN") -> Money:
        return self.world.balance(system(AccountKind.SUSPENSE, currency))

    def breaks(self) -> list[tuple[str, str]]:
        return self.world.all("select kind, detail->>'code' from breaks order by id")


@pytest.fixture
def till(db: Database, clock: FixedClock) -> Till:
    with db.transaction() as tx:
        tx.run("delete from breaks")
        tx.run("delete from payment_events")
        tx.run("delete from outbox")
        tx.run(
            "update charges set state = 'expired', due_at = null"
            " where state in ('asked', 'unknown', 'started')"
        )
    return Till(World(db, clock))


# --- asking ----------------------------------------------------------------------------------


def test_a_screen_calls_nobody_and_a_job_starts_the_charge_and_sends_the_code(till: Till) -> None:
    who = till.world.subscriber()
    asked = till.ask(who, naira(1_000))
    assert till.provider.started == []
    till.world.look()
    assert isinstance(asked, ChargeAsked)
    [charge] = till.provider.started
    assert (charge.reference, charge.amount, charge.owner, charge.bank) == (
        asked.reference, naira(1_000), who, "gtbank",
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
    _at_once([lambda: answers.append(till.ask(who, naira(300), BY_PROMPT)) for _ in range(12)])
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
        (Money(500_00, "NGN"), (ChargeMethod.PROMPT, "gtbank")),
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
    ways = WaysIn({"first": usual}, {"first": (methods, usual), "paystack": (methods, usual)})
    assert ways.account_provider("NGN") == "first"
    assert ways.account_provider("KES") is None
    assert ways.charge_provider(ChargeMethod.BANK_USSD, "NGN", "uba") == "paystack"
    assert ways.charge_provider(ChargeMethod.PROMPT, "NGN") is None
    assert ways.banks("NGN") == ("gtbank", "uba", "sterling", "zenith")
    assert ways.banks("KES") == ()


def test_a_subscriber_is_offered_what_there_is_for_the_wallet(till: Till) -> None:
    origin = till.world.origin(till.world.subscriber())
    ways = perform(till.world.context, origin, GetFundingWays())
    banks = ("gtbank", "uba", "sterling", "zenith")
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


# --- crediting once --------------------------------------------------------------------------


def test_a_paid_charge_is_in_the_wallet_and_told(till: Till) -> None:
    who, reference = till.started()
    till.pays(reference, naira(1_000))
    till.hear(charge=reference)
    assert till.world.spendable(who) == naira(1_000)
    assert till.state(reference) == "paid"
    assert till.world.sms(who) == ["pay_by_dialling", "topped_up"]
    assert till.world.books_differ() == []


def test_webhooks_re_queries_and_a_settlement_line_at_once_credit_once(till: Till) -> None:
    who, reference = till.started()
    till.pays(reference, naira(1_000))
    for copy in range(15):
        till.world.webhook({"charge": reference, "copy": copy})
    events = [row[0] for row in till.world.all("select id from payment_events")]
    paid = till.provider.payments[reference]
    assert isinstance(paid, Paid)

    def settle() -> None:
        with till.world.db.transaction() as tx:
            credit_confirmed(till.world.context, tx, "paystack", paid)

    id_ = till.id(reference)
    acts: list[Callable[[], object]] = [settle] * 10
    acts += [lambda e=event: till.world.jobs["payment"](e) for event in events]  # type: ignore[misc]
    acts += [lambda: look_after_charge(till.world.funding, id_)] * 15
    _at_once(acts)
    assert till.world.spendable(who) == naira(1_000)
    assert till.world.sms(who).count("topped_up") == 1
    assert till.world.one("select count(*) from topups where external_id = %s",
                          f"id-{reference}") == 1  # fmt: skip
    assert till.world.books_differ() == []


def test_a_callback_that_is_faster_than_the_record_of_the_start_is_not_lost(till: Till) -> None:
    who = till.world.subscriber()
    asked = till.ask(who, naira(1_000), BY_PROMPT)
    assert isinstance(asked, ChargeAsked)
    till.pays(asked.reference, naira(1_000))
    till.world.webhook({"charge_id": f"at-{asked.reference}"})
    event = till.world.one("select max(id) from payment_events")
    till.world.jobs["payment"](event)
    assert till.world.spendable(who) == naira(0)
    look_after_charge(till.world.funding, till.id(asked.reference))
    assert till.provider.asked == []
    till.world.clock.advance(seconds=2)
    till.world.jobs["payment"](event)
    assert till.world.spendable(who) == naira(1_000)


# --- what doesn't match ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (naira(999), "underpaid"),
        (naira(1_001), "overpaid"),
        (Money(1_000_00 + 1, "NGN"), "overpaid"),
    ],
)
def test_another_amount_waits_in_suspense_whole(till: Till, paid: Money, code: str) -> None:
    before = till.suspense()
    who, reference = till.started()
    till.pays(reference, paid)
    till.hear(charge=reference)
    till.hear(charge=reference, again=1)
    assert till.suspense() == before + paid
    assert till.world.spendable(who) == naira(0)
    assert till.breaks() == [("suspense", code)]
    assert till.state(reference) == "mismatch"
    assert till.world.sms(who) == ["pay_by_dialling", "topup_waits"]
    assert till.world.books_differ() == []


def test_another_currency_waits_in_suspense(till: Till) -> None:
    who, reference = till.started()
    till.pays(reference, Money(1_000_00, "KES"))
    till.hear(charge=reference)
    assert till.suspense("KES") == Money(1_000_00, "KES")
    assert till.world.spendable(who) == naira(0)
    assert till.breaks() == [("suspense", "other_currency")]
    assert till.world.books_differ() == []


@pytest.mark.parametrize(
    ("amount", "fee"),
    [
        (Money(0, "NGN"), Money(0, "NGN")),
        (Money(-5_00, "NGN"), Money(0, "NGN")),
        (Money(5_00, "NGN"), Money(5_00, "NGN")),
        (Money(5_00, "NGN"), Money(-1, "NGN")),
        (Money(5_00, "XXX"), Money(0, "XXX")),
    ],
)
def test_what_can_be_no_money_is_a_task_for_staff_and_posts_nothing(
    till: Till, amount: Money, fee: Money
) -> None:
    postings = till.world.one("select count(*) from postings")
    till.provider.payments["ref-no"] = Paid("no-money", amount, fee, "9900000000")
    till.hear(paid="ref-no")
    assert till.breaks() == [("unreadable_payment", None)]
    assert till.world.one("select count(*) from postings") == postings


def test_a_charge_is_credited_once_although_its_provider_names_two_payments(till: Till) -> None:
    before = till.suspense()
    who, reference = till.started()
    till.pays(reference, naira(1_000), "one")
    till.hear(charge=reference)
    till.pays(reference, naira(1_000), "two")
    till.hear(charge=reference, again=1)
    assert till.world.spendable(who) == naira(1_000)
    assert till.suspense() == before + naira(1_000)
    assert till.breaks() == [("suspense", "paid_twice")]
    assert till.state(reference) == "paid"
    assert till.world.books_differ() == []


def test_a_reference_that_is_not_ours_waits_in_suspense_if_money_came(till: Till) -> None:
    before = till.suspense()
    till.pays("NOTOUR", naira(800))
    till.hear(charge="NOTOUR")
    assert till.suspense() == before + naira(800)
    assert till.breaks() == [("suspense", "unknown_charge")]
    till.provider.payments["NOONES"] = NotPaid("not_found")
    till.hear(charge="NOONES")
    assert till.suspense() == before + naira(800)
    assert till.world.books_differ() == []


def test_a_payment_under_another_reference_than_asked_about_credits_nobody(till: Till) -> None:
    before = till.suspense()
    who, reference = till.started()
    till.pays(reference, naira(1_000), ours="OTHERX")
    till.hear(charge=reference)
    assert till.world.spendable(who) == naira(0)
    assert till.suspense() == before + naira(1_000)


def test_a_fee_on_top_that_was_announced_is_no_overpayment(till: Till) -> None:
    till.provider.starts = [
        ChargeStarted("x-1", account="9812345678", bank="Wema", to_pay=Money(1_014_00, "NGN"))
    ]
    who, reference = till.started(how=(ChargeMethod.ONE_TIME_ACCOUNT, ""))
    till.pays(reference, Money(1_014_00, "NGN"))
    till.hear(charge=reference)
    assert till.world.spendable(who) == Money(1_014_00, "NGN")
    assert till.world.books_differ() == []


# --- the wallet's limit ----------------------------------------------------------------------


def _limit_of_500(monkeypatch: pytest.MonkeyPatch, till: Till) -> None:
    def room(_: object, tx: object, owner: object) -> Money:
        from app.db import ledger
        from app.domain.ledger import wallet

        return naira(500) - ledger.balance(tx, wallet(owner.id, "NGN"))  # type: ignore[attr-defined, arg-type]

    monkeypatch.setattr(credit_payment, "wallet_room", room)


def test_what_is_over_the_wallets_limit_waits_whole_and_its_owner_is_told(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit_of_500(monkeypatch, till)
    before = till.suspense()
    who, reference = till.started(501)
    till.pays(reference, naira(501))
    till.hear(charge=reference)
    assert till.world.spendable(who) == naira(0)
    assert till.suspense() == before + naira(501)
    assert till.breaks() == [("suspense", "over_balance_limit")]
    assert till.world.sms(who) == ["pay_by_dialling", "topup_waits"]
    assert till.state(reference) == "paid"
    assert till.world.books_differ() == []


def test_payments_that_come_at_once_share_the_room(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    _limit_of_500(monkeypatch, till)
    who = till.world.subscriber()
    acts = []
    for number in range(8):
        asked = till.ask(who, naira(200))
        assert isinstance(asked, ChargeAsked)
        till.pays(asked.reference, naira(200), f"room-{number}-{asked.reference}")
        id_ = till.id(asked.reference)
        look_after_charge(till.world.funding, id_)
        acts.append(lambda id_=id_: look_after_charge(till.world.funding, id_))
    till.world.clock.advance(seconds=6)
    _at_once(acts)
    assert till.world.spendable(who) == naira(400)
    assert till.breaks() == [("suspense", "over_balance_limit")] * 6
    assert till.world.books_differ() == []


def _at_once(acts: list[Callable[[], object]]) -> None:
    gate = threading.Barrier(len(acts))
    failed: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        gate.wait()
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - shown below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
