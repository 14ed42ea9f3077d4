"""What `nexustop menus check` proves, and that it notices what is wrong."""

import re
from pathlib import Path

import pytest

from menus.check import CHECKED, problems
from menus.engine.drawing import mermaid, svg
from menus.engine.gsm7 import is_gsm7
from menus.flows import STATES
from menus.flows.shared import HOME
from menus.texts.catalogue import LANGUAGES, translations
from providers import registry

LEAST = min(made("*1#").budget or 156 for made in registry.USSD_GATEWAYS.values())
"""Septets that screens may take behind the gateway that takes least."""


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("room", "languages"), [(LEAST, LANGUAGES), (156, CHECKED)])
def test_every_state_is_reached_nothing_is_a_dead_end_and_every_text_fits(
    room: int, languages: tuple[str, ...]
) -> None:
    """Behind the gateway that takes least, and as a rule; there also in a language that is longer
    than any should get."""
    assert list(problems(room, languages)) == []


def test_a_budget_that_is_too_small_is_noticed() -> None:
    found = problems(100, ["en"])
    assert "septets of 100" in next(iter(found))


@pytest.mark.parametrize("language", [code for code in LANGUAGES if code != "en"])
def test_a_translation_has_every_sentence_with_its_arguments_in_gsm7(language: str) -> None:
    english = set().union(*(translations(code) for code in LANGUAGES))
    mine = translations(language)
    assert set(mine) == english
    for sentence, said in mine.items():
        assert is_gsm7(said), said
        assert sorted(re.findall(r"\{\w+\}", sentence)) == sorted(re.findall(r"\{\w+\}", said))


def test_the_table_of_longest_screens_tells_of_every_language() -> None:
    table = Path("docs/longest-screens.md").read_text()
    assert re.findall(r"^## (\w+)$", table, re.MULTILINE) == list(CHECKED)


def test_the_drawing_shows_every_state() -> None:
    for picture in (mermaid(STATES), svg(STATES, HOME)):
        assert all(state in picture for state in STATES)
