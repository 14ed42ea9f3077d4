"""A statement against our books: matched, missing here, missing there, another amount."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from app.domain.breaks import Way
from app.domain.money import Money
from app.domain.outcomes import Declined, Scope, Unknown
from app.ports.payments import NotPaid, Paid
from app.ports.statements import LineKind, StatementUnavailable
from app.services.resolve_break import ask_resolution
from tests.factories.world import naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor
from tests.reconciliation.desk import DAY, Desk

# --- payments -----------------------------------------------------------------------------------


def test_what_both_sides_say_is_matched(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.line("p1", naira(500))
    found = desk.run().found
    assert (found.lines, found.matched, found.opened) == (1, 1, 0)
    assert found.theirs == {"NGN": (500_00, 10_00)}
    assert found.ours == {"NGN": 500_00}
    assert desk.breaks() == []


def test_a_payment_missing_here_that_the_api_confirms_is_credited_once(desk: Desk) -> None:
    desk.paid("p1", naira(500), told=False)
    desk.line("p1", naira(500))
    first, second = desk.run(), desk.run()
    assert (first.credited, second.credited) == (1, 0)
    assert desk.world.spendable(desk.owner) == naira(500)
    assert desk.world.sms(desk.owner)[-1] == "topped_up"
    assert first.found.matched == second.found.matched == 1
    assert desk.breaks() == []
    desk.world.webhook({"paid": "ref-p1"})
    desk.world.look()
    assert desk.world.spendable(desk.owner) == naira(500)
    assert desk.world.books_differ() == []


def test_eight_runs_at_once_credit_it_once(desk: Desk) -> None:
    desk.paid("p1", naira(500), told=False)
    desk.line("p1", naira(500))
    threads = [threading.Thread(target=desk.run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert desk.world.spendable(desk.owner) == naira(500)
    assert desk.breaks() == []
    assert desk.world.books_differ() == []


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "unknown: timeout"),
        (NotPaid("abandoned"), "not paid: abandoned"),
        (Paid("other", Money(500_00, "NGN"), Money(0, "NGN"), "9912345678"), "paid as other"),
    ],
)
def test_a_statement_alone_credits_nothing(desk: Desk, state: NotPaid | None, said: str) -> None:
    if state is not None:
        desk.world.payments.payments["ref-p1"] = state
    desk.line("p1", naira(500))
    assert desk.run().credited == 0
    assert desk.world.spendable(desk.owner) == naira(0)
    assert desk.breaks() == [("missing_here", "p1")]
    assert desk.detail("p1")["asked"] == said
    assert desk.detail("p1")["theirs_minor"] == 500_00
    assert desk.detail("p1")["ours_minor"] == 0


def test_a_break_that_was_credited_later_closes_itself_in_another_days_run(desk: Desk) -> None:
    desk.line("p1", naira(500))
    desk.run()
    assert desk.breaks() == [("missing_here", "p1")]
    desk.paid("p1", naira(500))
    done = desk.run(day=DAY + timedelta(days=1))
    assert done.found.closed == 1
    assert desk.breaks() == []
    assert desk.world.one("select resolution from breaks where external_id = 'p1'") == (
        f"matched by run {done.run_id} of 2026-03-03"
    )


def test_one_line_has_one_break_however_often_it_is_looked_at(desk: Desk) -> None:
    desk.line("p1", naira(500))
    assert [desk.run().found.opened for _ in range(3)] == [1, 0, 0]
    assert desk.world.one("select count(*) from breaks where external_id = 'p1'") == 1


def test_what_staff_have_ended_stays_ended(desk: Desk) -> None:
    desk.line("p1", naira(500))
    desk.run()
    found = int(desk.world.one("select id from breaks where external_id = 'p1'"))
    ask_resolution(desk.world.context, found, Way.ACCEPT, None, "another account", "ada")
    assert desk.run().found.opened == 0
    assert desk.breaks() == []


def test_what_closed_itself_opens_again_when_it_differs_again(desk: Desk) -> None:
    line = desk.line("p1", naira(500))
    desk.run()
    desk.paystack.lines[DAY] = []
    assert desk.run().found.closed == 1
    desk.paystack.lines[DAY] = [line]
    assert desk.run().found.opened == 1
    assert desk.world.one("select count(*) from breaks where external_id = 'p1'") == 1


@pytest.mark.parametrize("theirs", [Money(499_99, "NGN"), Money(500_00, "GHS")])
def test_another_amount_or_currency_is_a_break(desk: Desk, theirs: Money) -> None:
    desk.paid("p1", naira(500))
    desk.line("p1", theirs)
    desk.run()
    assert desk.breaks() == [("amount_differs", "p1")]
    detail = desk.detail("p1")
    assert (detail["theirs_minor"], detail["currency"]) == (theirs.amount_minor, theirs.currency)
    assert (detail["ours_minor"], detail["ours_currency"]) == (500_00, "NGN")
    assert len(str(detail["topup"])) == 6


def test_a_line_that_is_there_twice_counts_once_and_is_reported(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.line("p1", naira(500))
    desk.line("p1", naira(500))
    found = desk.run().found
    assert (found.lines, found.duplicates, found.matched) == (1, 1, 1)
    assert found.theirs == {"NGN": (500_00, 10_00)}


def test_two_lines_of_one_id_with_different_amounts_conclude_nothing(desk: Desk) -> None:
    desk.line("p1", naira(500))
    desk.line("p1", naira(501))
    with pytest.raises(StatementUnavailable, match=r"twice, with different content: .*p1"):
        desk.run()
    assert desk.world.one("select count(*) from statement_lines") == 0
    assert desk.breaks() == []


def test_a_payment_that_was_taken_back_and_isnt_here_is_a_break(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.paystack.lines[DAY] = [
        desk.line("p1", naira(500)), desk.line("p1", naira(500), LineKind.TAKEN_BACK)
    ]  # fmt: skip
    desk.vtpass.lines.clear()
    desk.run()
    assert desk.breaks() == [("missing_here", "p1")]
    detail = desk.detail("p1")
    assert (detail["line"], detail["theirs_minor"], detail["ours_minor"]) == (
        "taken_back", 0, 500_00
    )  # fmt: skip


def test_parts_of_a_payment_that_were_given_back_add_up(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.paystack.lines[DAY] = [desk.line("p1", naira(500))]
    back = [
        desk.line("p1", naira(50), LineKind.TAKEN_BACK, reference=f"refund-{n}") for n in (1, 2)
    ]  # fmt: skip
    desk.paystack.lines[DAY] += back[:1]
    desk.paystack.lines[DAY + timedelta(days=1)] = back[1:]
    desk.run()
    assert desk.detail("p1")["theirs_minor"] == 450_00
    desk.run(day=DAY + timedelta(days=1))
    assert desk.breaks() == [("missing_here", "p1")]
    with desk.world.db.statement() as tx:
        tx.run("update topups set taken_back_minor = 5000 where external_id = 'p1'")
    desk.run(day=DAY + timedelta(days=1))
    assert desk.breaks() == [("missing_here", "p1")], "half of it is still missing here"
    with desk.world.db.statement() as tx:
        tx.run("update topups set taken_back_minor = 10000 where external_id = 'p1'")
    assert desk.run(day=DAY + timedelta(days=1)).found.closed == 1


def test_two_refunds_of_a_day_are_two_lines(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.paystack.lines[DAY] = [desk.line("p1", naira(500))] + [
        desk.line("p1", naira(50), LineKind.TAKEN_BACK, reference=f"refund-{n}") for n in (1, 2)
    ]  # fmt: skip
    assert desk.run().found.lines == 3
    assert desk.detail("p1")["theirs_minor"] == 400_00


# --- the edges of a day --------------------------------------------------------------------------


def test_what_is_missing_there_is_a_break(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    assert desk.run().found.kinds == {"missing_there": 1}
    assert desk.breaks() == [("missing_there", "p1")]


def test_near_midnight_the_neighbouring_day_is_read_first(desk: Desk, clock: FixedClock) -> None:
    _to(clock, datetime(2026, 3, 2, 22, 30, tzinfo=UTC))  # 23:30 in Lagos
    desk.paid("late", naira(500))
    found = desk.run().found
    assert (found.waiting, desk.breaks()) == (1, [])
    after_midnight = datetime(2026, 3, 2, 23, 10, tzinfo=UTC)
    desk.line("late", naira(500), at=after_midnight, day=DAY + timedelta(days=1))
    assert desk.run(day=DAY + timedelta(days=1)).found.matched == 1
    assert desk.run().found.waiting == 0
    assert desk.breaks() == []


def test_near_midnight_and_in_neither_day_is_a_break(desk: Desk, clock: FixedClock) -> None:
    _to(clock, datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    desk.paid("late", naira(500))
    desk.run()
    assert desk.breaks() == []
    desk.run(day=DAY + timedelta(days=1))
    assert desk.breaks() == [("missing_there", "late")]


def test_a_day_is_the_providers_own(desk: Desk, clock: FixedClock) -> None:
    _to(clock, datetime(2026, 3, 2, 3, 30, tzinfo=UTC))
    desk.paid("early", naira(500))
    assert desk.run(day=date(2026, 3, 1)).found.ours == {}
    assert desk.run(day=DAY).found.ours == {"NGN": 500_00}


def _to(clock: FixedClock, at: datetime) -> None:
    clock.advance(seconds=(at - clock.now()).total_seconds())


# --- sales ---------------------------------------------------------------------------------------


def test_a_sale_is_matched_by_the_vendors_id_or_by_our_reference(desk: Desk) -> None:
    _, _, external_id = desk.sold()
    _, reference, _ = desk.sold()
    desk.line(external_id, naira(200), LineKind.SALE, reference="")
    desk.line("another id", naira(200), LineKind.SALE, reference=reference)
    found = desk.run("vtpass").found
    assert (found.matched, found.kinds) == (2, {})


def test_a_sale_the_vendor_does_not_list_is_a_break_of_the_order(desk: Desk) -> None:
    order, _, external_id = desk.sold()
    desk.run("vtpass")
    assert desk.breaks("vtpass") == [("missing_there", external_id)]
    reference = desk.world.one("select reference from orders where id = %s", order)
    assert desk.detail(external_id)["order"] == reference


def test_a_sale_we_called_declined_is_a_break_and_so_is_one_nobody_ordered(
    desk: Desk, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Declined("barred", Scope.SALE))
    order = desk.world.placed(200)
    desk.world.vend(order)
    reference = desk.world.one("select reference from vend_attempts where order_id = %s", order)
    desk.line("V7", naira(200), LineKind.SALE, reference=reference)
    desk.line("V8", naira(300), LineKind.SALE, reference="nobody's")
    desk.run("vtpass")
    assert desk.breaks("vtpass") == [("missing_here", "V7"), ("missing_here", "V8")]
    assert desk.detail("V7")["ours_minor"] == 0
    assert "order" in desk.detail("V7")
    assert "order" not in desk.detail("V8")


def test_an_order_whose_outcome_is_still_to_come_is_no_break(
    desk: Desk, vendor: ScriptedVendor
) -> None:
    vendor.answers.append(Unknown("read_timeout"))
    order = desk.world.placed(200)
    desk.world.vend(order)
    reference = desk.world.one("select reference from vend_attempts where order_id = %s", order)
    desk.line("V9", naira(200), LineKind.SALE, reference=reference)
    found = desk.run("vtpass").found
    assert (found.unsure, found.kinds) == (1, {})


def test_a_sale_that_was_taken_back_agrees_once_we_know_of_it(
    desk: Desk, vendor: ScriptedVendor
) -> None:
    order, reference, external_id = desk.sold()
    desk.line(external_id, naira(200), LineKind.TAKEN_BACK, reference=reference)
    desk.run("vtpass")
    assert desk.breaks("vtpass") == [("missing_here", external_id)]
    vendor.words.append(Declined("reversed", Scope.SALE, external_id, taken_back=True))
    attempt = desk.world.one("select id from vend_attempts where order_id = %s", order)
    desk.world.jobs["ask"](int(attempt))
    assert desk.world.state(order) == "reversed"
    assert desk.run("vtpass").found.closed == 1
    assert desk.breaks("vtpass") == []
    assert desk.world.books_differ() == []
