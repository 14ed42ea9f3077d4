"""What was paid is credited once, and only when it is what was asked for."""

from collections.abc import Callable

import pytest

from app.domain.charges import ChargeMethod
from app.domain.money import Money
from app.domain.requests import ChargeAsked
from app.ports.charges import ChargeStarted
from app.ports.payments import NotPaid, Paid, TakenBack
from app.services import credit_payment
from app.services.credit_payment import credit_confirmed
from app.services.look_after_charge import look_after_charge
from tests.factories.world import naira
from tests.funding.till import BY_PROMPT, Till, at_once

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
    at_once(acts)
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


def test_a_charge_that_went_back_before_anybody_looked_credits_nobody_and_ends(till: Till) -> None:
    who, reference = till.started()
    till.provider.payments[reference] = TakenBack(f"id-{reference}", naira(1_000))
    till.hear(charge=reference)
    till.hear(taken_back=reference)
    assert till.state(reference) == "failed"
    assert till.world.spendable(who) == naira(0)
    assert till.world.books_differ() == []


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
    at_once(acts)
    assert till.world.spendable(who) == naira(400)
    assert till.breaks() == [("suspense", "over_balance_limit")] * 6
    assert till.world.books_differ() == []
