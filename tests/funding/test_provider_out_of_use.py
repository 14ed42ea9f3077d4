"""A payment provider leaves use while work with it is open: staff hear of it, nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskPayInAccount,
    ChargeAsked,
    PayInAccount,
    PayInAsked,
    Refusal,
    Refused,
)
from app.ports.payments import AccountReady, Paid, VirtualAccount
from app.services.perform import perform
from app.services.take_payment import hear_provider_that_left
from app.services.ways_in import WaysIn
from app.web import webhooks
from app.web.doors import Lock
from tests.factories.world import naira
from tests.fakes.payments import ScriptedPayments
from tests.funding.till import Till

ACCOUNT = "9912345670"


def out_of_use(till: Till, instead: ScriptedPayments | None = None) -> None:
    """The program was started again without the provider, and with this one instead."""
    world = till.world
    using = {instead.name: instead} if instead else {}
    accounts = {name: one.account_currencies for name, one in using.items()}
    world.context = replace(world.context, ways_in=WaysIn(accounts, {}))
    world.funding = replace(
        world.funding, services=world.context, readers=using, accounts=using, charges=using
    )


def in_use(till: Till) -> None:
    """The program was started again with it."""
    using = {"paystack": till.provider}
    till.world.funding = replace(till.world.funding, readers=using, accounts=using, charges=using)


def breaks(till: Till) -> list[tuple[str, str]]:
    return till.world.all("select kind, detail->>'provider' from breaks order by id")


def ask_account(till: Till, who: Msisdn) -> object:
    return perform(till.world.context, till.world.origin(who), AskPayInAccount())


def test_a_charge_it_may_have_is_staffs_once_its_life_is_over(till: Till) -> None:
    _, reference = till.started()
    out_of_use(till)
    till.world.pass_time(60, 10)
    assert (till.state(reference), breaks(till)) == ("started", [])
    till.world.pass_time(30 * 60, 60)
    assert (till.state(reference), breaks(till)) == ("expired", [("charge_not_asked", "paystack")])
    assert till.world.one("select detail->>'charge' from breaks") == reference
    till.world.pass_time(120, 60)
    assert len(breaks(till)) == 1


def test_a_charge_it_never_had_ends_and_bothers_nobody(till: Till) -> None:
    who = till.world.subscriber()
    asked = till.ask(who, naira(500))
    assert isinstance(asked, ChargeAsked)
    out_of_use(till)
    till.world.look()
    till.world.pass_time(90, 5)
    assert (till.state(asked.reference), breaks(till)) == ("refused", [])
    assert till.world.sms(who) == ["charge_failed"]


def test_a_payment_it_told_of_waits_for_staff_and_is_taken_when_it_is_back(till: Till) -> None:
    who, reference = till.started()
    till.pays(reference, naira(1_000))
    out_of_use(till)
    till.hear(charge=reference)
    till.world.pass_time(7_200, 600)
    assert breaks(till)[0] == ("payment_not_asked", "paystack")
    assert [kind for kind, _ in breaks(till)].count("payment_not_asked") == 1
    assert till.world.spendable(who) == naira(0)
    in_use(till)
    till.world.pass_time(3_700, 60)
    assert till.world.spendable(who) == naira(1_000)
    assert till.world.books_differ() == []


def test_an_account_asked_of_it_is_asked_of_the_one_in_use_now(till: Till) -> None:
    who = till.world.subscriber()
    assert ask_account(till, who) == PayInAsked()
    other = ScriptedPayments("flutterwave")
    other.accounts = [AccountReady(VirtualAccount("flutterwave", ACCOUNT, "Wema Bank", "NX"))]
    out_of_use(till, other)
    till.world.pass_time(30)
    assert (other.asked, breaks(till)) == ([who], [])
    assert ask_account(till, who) == PayInAccount(ACCOUNT, "Wema Bank", "NX")


def test_an_account_that_nobody_opens_any_more_is_a_task_for_staff_once(till: Till) -> None:
    who = till.world.subscriber()
    ask_account(till, who)
    out_of_use(till)
    till.world.pass_time(600, 10)
    assert till.breaks() == [("account_refused", "provider_gone")]
    assert ask_account(till, who) == Refused(Refusal.NO_MONEY_IN_HERE)


def test_nobody_is_shown_an_account_whose_transfers_would_not_be_heard(till: Till) -> None:
    who = till.world.subscriber()
    ready = AccountReady(VirtualAccount("paystack", ACCOUNT[::-1], "Wema Bank", "NX"))
    till.provider.accounts = [ready]
    ask_account(till, who)
    till.world.look()
    assert isinstance(ask_account(till, who), PayInAccount)
    out_of_use(till)
    assert ask_account(till, who) == Refused(Refusal.NO_MONEY_IN_HERE)
    out_of_use(till, ScriptedPayments("flutterwave"))
    assert ask_account(till, who) == PayInAsked()


@pytest.mark.parametrize("tokens", [(), ("t0ken",)])
def test_its_webhook_is_told_to_come_again_and_staff_hear_of_it_once_a_day(
    till: Till, tokens: tuple[str, ...]
) -> None:
    program = Flask("webhooks")
    program.register_blueprint(
        webhooks.out_of_use(
            "momo", Lock(tokens), lambda: hear_provider_that_left(till.world.context, "momo")
        )
    )
    client, path = program.test_client(), "/".join(("/webhooks/momo", *tokens))
    for _ in range(3):
        answer = client.post(path, data=b"{}")
        assert (answer.status_code, answer.text) == (503, "not in use here: try again later")
    assert breaks(till) == [("webhook_not_taken", "momo")]
    till.world.clock.advance(seconds=timedelta(days=1).total_seconds())
    client.post(path, data=b"{}")
    assert len(breaks(till)) == 2
    if tokens:
        assert client.post("/webhooks/momo/wrong", data=b"{}").status_code == 404


def test_what_came_before_it_left_counts_when_its_charge_has_ended(till: Till) -> None:
    who, reference = till.started()
    till.pays(reference, naira(1_000))
    out_of_use(till)
    till.world.pass_time(40 * 60, 60)
    in_use(till)
    till.hear(charge=reference)
    assert till.world.spendable(who) == naira(1_000)
    assert isinstance(till.provider.payments[reference], Paid)
