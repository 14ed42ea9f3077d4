"""The window and the pace: what may leave, and who goes first."""

import asyncio

from providers.channels.smpp.window import Pace, Window


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_urgent_get_the_next_place_before_the_others() -> None:
    async def story() -> list[str]:
        window, order = Window(1), []

        async def one(name: str, *, urgent: bool) -> None:
            await window.enter(urgent=urgent)
            order.append(name)
            window.leave()

        await window.enter(urgent=False)
        tasks = [
            asyncio.create_task(one(name, urgent=name == "screen"))
            for name in ("sms", "another", "screen")
        ]
        await asyncio.sleep(0)
        window.leave()
        await asyncio.gather(*tasks)
        assert window.free == 1
        return order

    assert asyncio.run(story()) == ["screen", "sms", "another"]


def test_the_pace_is_kept_and_no_more_than_a_tenth_of_a_second_gathers() -> None:
    seconds = Seconds()
    pace = Pace(100, seconds)
    assert pace.allowance() == 0
    seconds.now += 60
    assert pace.allowance() == 10
    pace.spend(10)
    seconds.now += 0.05
    assert pace.allowance() == 5


def test_a_complaint_silences_for_longer_each_time_until_a_message_is_taken() -> None:
    seconds = Seconds()
    pace = Pace(100, seconds)
    pauses = []
    for _ in range(3):
        pace.complained()
        pace.complained()
        assert pace.allowance() == 0
        pauses.append(pace.pause_left)
        seconds.now += pace.pause_left
    pace.taken()
    pace.complained()
    assert pauses == [0.5, 1.0, 2.0]
    assert pace.pause_left == 0.5
