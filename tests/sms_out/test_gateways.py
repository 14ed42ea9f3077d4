"""The draw of a gateway and the judge of their shares: pure, and over hours of a seeded day."""

import random
from collections import Counter, deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from app.domain.sms_gateways import JudgeRules, Move, Seen, Standing, draw, judge

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
RULES = JudgeRules()
GOOD, BAD = {"answers": 100, "failures": 0}, {"answers": 100, "failures": 60}
SLOW = {"answers": 100, "timed": 100, "slow": 40}


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def moved(*seen: Seen) -> dict[str, int]:
    return {move.standing.name: move.weight for move in judge(seen, NOW, RULES)}


def test_the_draw_follows_the_weights() -> None:
    dice = random.Random(1)
    ways = [Standing("a", 90), Standing("b", 10), Standing("c", 0)]
    drawn = Counter(draw(ways, dice.random()).name for _ in range(10_000))
    assert 8_800 < drawn["a"] < 9_200
    assert drawn["c"] == 0


@settings(deadline=None)
@given(
    some.lists(some.integers(0, 100), min_size=1, max_size=5), some.floats(0, 1, exclude_max=True)
)
def test_there_is_always_one_and_it_has_weight_if_any_has(weights: list[int], luck: float) -> None:
    ways = [Standing(str(number), weight) for number, weight in enumerate(weights)]
    drawn = draw(ways, luck)
    assert drawn in ways
    assert drawn.weight > 0 or not any(weights)


@pytest.mark.parametrize("trouble", [BAD, SLOW])
def test_a_gateway_in_trouble_loses_a_step_and_not_again_for_five_minutes(
    trouble: dict[str, int],
) -> None:
    other = Seen(Standing("b"), **GOOD)
    assert moved(Seen(Standing("a"), **trouble), other) == {"a": 90}
    assert moved(Seen(Standing("a", 90, ago(4.9)), **trouble), other) == {}
    assert moved(Seen(Standing("a", 90, ago(5)), **trouble), other) == {"a": 80}
    assert moved(Seen(Standing("a", 0, ago(5)), **trouble), other) == {}


def test_nothing_is_done_when_all_are_in_trouble() -> None:
    assert moved(Seen(Standing("a"), **SLOW), Seen(Standing("b", 50, ago(60)), **BAD)) == {}
    assert moved(Seen(Standing("a"), **BAD)) == {}
    stopped = Seen(Standing("b", stopped=True), **GOOD)
    assert moved(Seen(Standing("a"), **BAD), stopped) == {}


def test_a_healthy_gateway_comes_back_more_slowly_than_it_went() -> None:
    other = Seen(Standing("b"), **GOOD)
    assert moved(Seen(Standing("a", 50, ago(14.9)), **GOOD), other) == {}
    assert moved(Seen(Standing("a", 50, ago(15)), **GOOD), other) == {"a": 60}
    assert moved(Seen(Standing("a", 95, ago(15)), **GOOD), other) == {"a": 100}


def test_too_few_answers_conclude_nothing() -> None:
    few = Seen(Standing("a", 40, ago(15)), answers=9, failures=9, timed=9, slow=9)
    assert moved(few, Seen(Standing("b"), **GOOD)) == {"a": 50}


def test_a_move_says_why() -> None:
    [move] = judge([Seen(Standing("a"), **BAD), Seen(Standing("b"), **GOOD)], NOW, RULES)
    assert move == Move(Standing("a"), 90, "failed: 60 of 100")


class Day:
    """Minutes of traffic through gateways that fail or are slow as they are told to: 60 SMS a
    minute are drawn, and judged each minute by the last fifteen."""

    def __init__(self, *names: str, seed: int = 7) -> None:
        self.dice = random.Random(seed)
        self.standings = {name: Standing(name) for name in names}
        self.window: deque[list[tuple[str, bool]]] = deque(maxlen=15)
        self.minute = 0
        self.moves: list[tuple[int, str, int]] = []

    def pass_minutes(self, minutes: int, **failing: float) -> None:
        """`failing`: the share of SMS that each gateway doesn't take; the rest takes all."""
        for _ in range(minutes):
            self.minute += 1
            names = [draw(list(self.standings.values()), self.dice.random()).name
                     for _ in range(60)]  # fmt: skip
            self.window.append(
                [(name, self.dice.random() < failing.get(name, 0.0)) for name in names]
            )
            self._judge()

    def _judge(self) -> None:
        now = NOW + timedelta(minutes=self.minute)
        answers = [answer for minute in self.window for answer in minute]
        seen = [
            Seen(
                standing,
                answers=sum(name == standing.name for name, _ in answers),
                failures=sum(failed for name, failed in answers if name == standing.name),
            )
            for standing in self.standings.values()
        ]
        for move in judge(seen, now, RULES):
            before = move.standing
            self.moves.append((self.minute, before.name, move.weight - before.weight))
            self.standings[before.name] = replace(before, weight=move.weight, moved_at=now)

    def weight(self, name: str) -> int:
        return self.standings[name].weight


def test_a_flapping_gateway_is_damped() -> None:
    day = Day("steady", "flapping")
    for _ in range(40):
        day.pass_minutes(3, flapping=0.9)
        day.pass_minutes(3)
    steps = [(at, change) for at, name, change in day.moves if name == "flapping"]
    assert not any(name == "steady" for _, name, _ in day.moves)
    assert all(abs(change) == RULES.step for _, change in steps)
    assert all(later - at >= 5 for (at, _), (later, _) in pairwise(steps))
    turns = sum(one != other for (_, one), (_, other) in pairwise(steps))
    assert turns <= 20, "it went up and down eighty times, its weight must not"
    late = [change for at, change in steps if at > 120]
    assert max(accumulate(late, initial=day.weight("flapping") - sum(late))) <= 30


def test_nothing_moves_while_both_are_in_trouble_and_the_one_that_recovers_gets_more() -> None:
    day = Day("a", "b")
    day.pass_minutes(60, a=0.5, b=0.5)
    assert day.moves == []
    day.pass_minutes(60, b=0.5)
    assert day.weight("a") == 100
    assert day.weight("b") <= 20


def test_a_gateway_that_recovers_gets_its_share_back_within_hours() -> None:
    day = Day("a", "b")
    day.pass_minutes(120, b=0.8)
    assert day.weight("b") <= 10
    day.pass_minutes(15 * 11)
    assert day.weight("b") == 100
    assert day.weight("a") == 100
