"""Statements that don't come, and the runs of every day."""

import threading
from datetime import timedelta

import pytest

from app.ports.statements import StatementUnavailable
from app.services import reconcile as rules
from app.services.reconcile import reconcile
from app.services.reconcile_daily import ask_due_statements, reconcile_run
from tests.factories.world import naira
from tests.fakes.clock import FixedClock
from tests.reconciliation.desk import DAY, Desk

# --- statements that don't come ------------------------------------------------------------------


def test_a_statement_that_breaks_off_concludes_nothing(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.line("p2", naira(100))
    desk.paystack.breaks_off = "page 2: 502"
    with pytest.raises(StatementUnavailable, match="page 2"):
        desk.run()
    assert desk.world.one("select count(*) from statement_lines") == 0
    assert desk.breaks() == []
    assert desk.world.all("select state, reason from reconciliations") == [
        ("failed", "page 2: 502")
    ]


def test_a_statement_that_was_read_stands_when_a_later_one_breaks_off(desk: Desk) -> None:
    desk.paid("p1", naira(500))
    desk.line("p1", naira(500))
    desk.run()
    desk.paystack.breaks_off = "502"
    with pytest.raises(StatementUnavailable):
        desk.run()
    assert desk.world.one("select count(*) from statement_lines") == 1
    assert desk.world.one("select state from reconciliations") == "read"


@pytest.mark.parametrize("provider", ["nobody", "reloadly"])
def test_a_provider_without_a_statement_is_named(desk: Desk, provider: str) -> None:
    with pytest.raises(StatementUnavailable, match=provider):
        reconcile(desk.context, provider, DAY)


def test_a_statement_of_another_account_opens_only_so_many_breaks(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BREAKS_AT_MOST", 3)
    monkeypatch.setattr(rules, "ASKED_AT_MOST", 2)
    for number in range(7):
        desk.line(f"p{number}", naira(100))
    found = desk.run().found
    assert (found.opened, found.kinds) == (3, {"missing_here": 7})
    assert [name for name in desk.world.payments.asked if name.startswith("ref-")] == [
        "ref-p0", "ref-p1"
    ]  # fmt: skip


# --- every day -----------------------------------------------------------------------------------


def test_each_settled_day_is_asked_for_once_whoever_asks(desk: Desk, clock: FixedClock) -> None:
    del desk.context.statements["vtpass"]  # type: ignore[attr-defined]
    assert ask_due_statements(desk.context) == 3
    assert ask_due_statements(desk.context) == 0
    due = desk.world.all("select subject_id from outbox where topic = 'reconcile' order by 1")
    for (run_id,) in due:
        assert reconcile_run(desk.context, int(run_id)) is not None
    assert desk.paystack.asked == [DAY - timedelta(days=n) for n in (1, 2, 3)]
    clock.advance(hours=2)
    assert ask_due_statements(desk.context) == 0, "all of them are read"
    clock.advance(hours=22)
    assert ask_due_statements(desk.context) == 1, "one more day has settled"


def test_a_statement_that_was_not_given_is_asked_for_again(desk: Desk, clock: FixedClock) -> None:
    del desk.context.statements["vtpass"]  # type: ignore[attr-defined]
    desk.paystack.breaks_off = "502"
    ask_due_statements(desk.context)
    for (run_id,) in desk.world.all("select id from reconciliations"):
        assert reconcile_run(desk.context, int(run_id)) is None
    assert ask_due_statements(desk.context) == 0
    clock.advance(minutes=61)
    assert ask_due_statements(desk.context) == 3


def test_many_schedulers_at_once_ask_for_a_day_once(desk: Desk) -> None:
    asked: list[int] = []
    threads = [
        threading.Thread(target=lambda: asked.append(ask_due_statements(desk.context)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(asked) == 6, "three days at each of two providers"
