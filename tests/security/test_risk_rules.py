"""The rules of risk by themselves: what adds up, what it leads to, what staff read."""

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.money import Money
from app.domain.risk import HOLD_AT, RULES, USUAL, Case, Facts, Verdict, is_looked_at, score
from app.domain.second_factor import Act

NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)
KNOWN = Facts(LONG_AGO, spends=30, usual_most_minor=5_000_00, hours=0xFFFFFF, knows_recipient=True)


def case(naira: int = 6_000, act: Act = Act.AIRTIME, to_self: bool = True, **facts: object) -> Case:
    known = {name: getattr(KNOWN, name) for name in KNOWN.__slots__}
    return Case(act, Money(naira * 100, "NGN"), Facts(**(known | facts)), NOW, "NG", to_self)  # type: ignore[arg-type]


def test_whoever_does_as_always_has_no_points() -> None:
    found = score(case(), {})
    assert (found.points, found.reasons, found.verdict) == (0, (), Verdict.ALLOW)


def test_each_point_has_a_sentence_and_the_sum_leads_further() -> None:
    yesterday = NOW - timedelta(days=1)
    found = score(case(sim_changed_at=yesterday, spends=0), {})
    assert str(found) == (
        "score 65: SIM changed yesterday +40, first purchase above NGN 5,000.00 +25"
    )
    assert found.verdict is Verdict.STEP_UP
    worse = score(case(sim_changed_at=yesterday, spends=0, pin_changed_at=NOW), {})
    assert worse.verdict is Verdict.HOLD


@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        ("sim", case(sim_changed_at=NOW - timedelta(days=6))),
        ("pin", case(pin_changed_at=NOW - timedelta(hours=23))),
        ("sign_in", case(signed_in_at=NOW - timedelta(hours=1))),
        ("wrong_pins", case(wrong_pins=3)),
        ("first", case(5_001, spends=0)),
        ("new_number", case(registered_at=NOW - timedelta(days=2))),
        ("new_recipient", case(to_self=False, knows_recipient=False)),
        ("amount", case(15_001)),
        ("hour", case(hours=0b1)),
        ("crowd", case(wallets=5)),
        ("counter", case(act=Act.WITHDRAWAL, by_counter=NOW - timedelta(days=3))),
    ],
)
def test_each_rule_holds_alone_for_what_it_is_about(rule: str, seen: Case) -> None:
    found = score(seen, {})
    assert [reason.rule for reason in found.reasons] == [rule]
    assert found.reasons[0].why
    assert score(seen, {f"risk_points_{rule}": 0}).points == 0, "0 switches it off"


def test_every_rule_was_shown_and_has_a_setting() -> None:
    marks = list(test_each_rule_holds_alone_for_what_it_is_about.pytestmark)
    assert [one[0] for one in marks[0].args[1]] == [rule.name for rule in RULES]
    assert {rule.setting for rule in RULES} < set(USUAL)


def test_a_newcomer_who_buys_much_for_somebody_new_is_not_stopped() -> None:
    fresh = score(case(spends=0, registered_at=NOW, to_self=False, knows_recipient=False), {})
    assert fresh.points == 40
    assert fresh.verdict is Verdict.ALLOW


def test_thresholds_are_settings() -> None:
    assert score(case(wrong_pins=3), {HOLD_AT: 20}).verdict is Verdict.HOLD


def test_small_amounts_are_not_looked_at() -> None:
    assert not is_looked_at(Money(2_000_00, "NGN"))
    assert is_looked_at(Money(2_000_01, "NGN"))
