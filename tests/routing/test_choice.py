"""The draw of a route: who may be drawn, how often, and when to look again."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.domain.routing import (
    FOR_GOOD,
    Later,
    NoRoute,
    Route,
    Standing,
    Unfit,
    Use,
    choose,
    damped,
    score,
)

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(seconds=20)
SOON = NOW + timedelta(seconds=2)


def drawn(*routes: Route, luck: float = 0.0) -> object:
    choice = choose(list(routes), NOW, DEADLINE, SOON, luck)
    return choice.route.provider if isinstance(choice, Use) else choice


def test_without_a_route_and_after_the_deadline_there_is_none() -> None:
    assert drawn() == NoRoute("no_route")
    assert choose([Route("a", "c")], DEADLINE, DEADLINE, SOON, 0) == NoRoute("too_late")


@pytest.mark.parametrize("why", list(Unfit))
def test_a_route_that_is_unfit_is_not_drawn_and_waited_for_only_if_that_can_change(
    why: Unfit,
) -> None:
    assert drawn(Route("a", "c", why), Route("b", "c")) == "b"
    alone = drawn(Route("a", "c", why))
    assert alone == (NoRoute("no_route") if why in FOR_GOOD else Later(SOON))


def test_a_route_that_was_tried_comes_after_those_that_were_not() -> None:
    tried, fresh = Route("a", "c", tried=True), Route("b", "c")
    assert {drawn(tried, fresh, luck=luck / 10) for luck in range(10)} == {"b"}
    assert drawn(tried) == "a"


def test_a_fixed_order_beats_the_draw() -> None:
    first = Route("a", "c", standing=Standing(weight=0), rank=0)
    second = Route("b", "c", margin_bp=900, rank=1)
    assert {drawn(second, first, luck=luck / 10) for luck in range(10)} == {"a"}
    assert drawn(second, Route("a", "c", Unfit.STOPPED, rank=0)) == "b"


def test_a_pause_is_kept_and_looked_at_again_when_it_ends() -> None:
    until = NOW + timedelta(seconds=1)
    assert drawn(Route("a", "c", not_before=until)) == Later(until)
    assert drawn(Route("a", "c", not_before=NOW)) == "a"


def test_the_draw_follows_the_scores() -> None:
    good = Route("good", "c", standing=Standing(100, 10_000, 0))
    bad = Route("bad", "c", standing=Standing(20, 5_000, 1_000))
    times = Counter(drawn(good, bad, luck=luck / 1_000) for luck in range(1_000))
    share = score(bad) / (score(bad) + score(good))
    assert abs(times["bad"] - 1_000 * share) <= 1


def test_margin_success_and_speed_count_as_documented() -> None:
    plain = score(Route("a", "c"))
    assert score(Route("a", "c", margin_bp=300)) * 2 == plain * 3
    assert score(Route("a", "c", standing=Standing(success_bp=5_000))) * 4 == plain
    assert score(Route("a", "c", standing=Standing(median_ms=1_000))) * 2 == plain
    assert score(Route("a", "c", standing=Standing(weight=0))) == 1


@given(some.lists(some.tuples(some.booleans(), some.booleans()), max_size=20))
def test_a_weight_moves_in_small_steps_and_stays_within_bounds(
    looks: list[tuple[bool, bool]],
) -> None:
    weight = 100
    for failing, slow in looks:
        after = damped(Standing(weight), failing=failing, slow=slow)
        assert 0 <= after <= 100
        assert -10 <= after - weight <= 5
        assert (after <= weight) or not (failing or slow)
        weight = after


@given(some.floats(0, 0.999999), some.lists(some.integers(0, 100), min_size=1, max_size=8))
def test_whatever_the_luck_somebody_is_drawn(luck: float, weights: list[int]) -> None:
    routes = [Route(f"p{n}", "c", standing=Standing(w)) for n, w in enumerate(weights)]
    assert isinstance(choose(routes, NOW, DEADLINE, SOON, luck), Use)
