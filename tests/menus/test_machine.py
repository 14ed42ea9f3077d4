"""Whatever is typed, the machine answers with a text that fits, and keeps no secret."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.requests import Done, Profile
from menus.engine.gsm7 import is_gsm7, septets
from menus.engine.left import Left
from menus.engine.machine import Ask, Show
from menus.engine.session import Session
from menus.flows import build_machine
from menus.flows.rehearsal import casts

BUDGET = 156
MACHINE = build_machine(BUDGET)
CAST, OTHERS = casts("en")
PIN = "864297"
AGENTS_NUMBER_ASKED = "draw.number"
"""Six digits typed here are an agent's number, which is no secret and is kept."""

typed = st.one_of(
    st.sampled_from(["1", "2", "3", "4", "5", "6", "0", "00", "98", "9", PIN, "0803 000 0001"]),
    st.text(max_size=60),
    st.sampled_from(
        ["", " ", "\x00", "*", "#", "1" * 10_240, "١٢٣٤", "-5", "😀", "\n\n", "1 or 1=1"]
    ),
)


def answer(turn: Show | Ask, choose: int) -> Show:
    while isinstance(turn, Ask):
        replies = list(CAST.replies(turn.request)) or [Done()]
        turn = MACHINE.resume(turn.session, replies[choose % len(replies)])
    return turn


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    opening=st.sampled_from(CAST.openings + OTHERS.openings),
    steps=st.lists(st.tuples(typed, st.integers(0, 50)), max_size=25),
    first=st.integers(0, 50),
)
def test_any_input_gets_a_text_that_fits(opening, steps, first) -> None:  # type: ignore[no-untyped-def]
    show = answer(MACHINE.open(opening), first)
    for text, choose in steps:
        assert show.text
        assert is_gsm7(show.text)
        assert septets(show.text) <= BUDGET
        kept = json.dumps(show.session.to_record())
        assert PIN not in kept
        if show.close:
            return
        if text == PIN and show.session.state == AGENTS_NUMBER_ASKED:
            continue
        session = Session.from_record(json.loads(kept))
        show = answer(MACHINE.feed(session, text), choose)
        assert show == answer(MACHINE.feed(session, text), choose)


@settings(max_examples=50, deadline=None)
@given(wrong=st.lists(st.text(alphabet="abcxyz!?", min_size=1, max_size=5), min_size=3, max_size=3))
def test_three_wrong_inputs_on_a_screen_of_options_end_the_session(wrong: list[str]) -> None:
    show = answer(MACHINE.open(CAST.openings[0]), 2)
    for text in wrong[:2]:
        show = answer(MACHINE.feed(show.session, text), 0)
        assert not show.close
    assert answer(MACHINE.feed(show.session, wrong[2]), 0).close


def test_what_a_dropped_session_left_is_carried_until_it_is_offered_and_no_longer() -> None:
    carrying = [data for data in CAST.openings if (left := Left.found(data)) and left.data]
    offered = set()
    for opening in carrying:
        asked = MACHINE.open(opening)
        assert isinstance(asked, Ask)
        assert Left.found(asked.session.data)
        for profile in (Profile(registered=False), Profile(registered=True, language="en")):
            session = MACHINE.resume(asked.session, profile).session
            offered.add(session.state)
            assert (Left.found(session.data) is not None) == (session.state == "resume")
    assert offered > {"resume", "enrol.language"}
