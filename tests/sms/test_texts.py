"""Answers to SMS commands: one SMS each, in every language; words of commands, one table."""

from dataclasses import replace
from itertools import permutations

import pytest

from menus.engine.gsm7 import septets
from menus.keywords.longest import REPLIES
from menus.keywords.nearest import distance
from menus.keywords.replies import DID_YOU_MEAN, Saying
from menus.keywords.sms import Sender, parse
from menus.keywords.usage import HELP, USAGE
from menus.keywords.vocabulary import (
    BY_WORD,
    COMMANDS,
    FILLERS,
    LANGUAGE_BY_WORD,
    LENGTH_BY_WORD,
    REVIEWED,
    TERM_BY_WORD,
    Command,
    command_of,
    word_for,
)
from menus.texts.catalogue import LANGUAGES
from menus.texts.longest import MESSAGES
from menus.texts.messages import render

ONE_SMS = 160


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_one_sms_with_the_longest_arguments(language: str) -> None:
    codes = [said for said in MESSAGES if said[0] == "wish_code"]
    texts = [render(kind, language, params) for kind, params in (*REPLIES, *codes)]
    assert [text for text in texts if septets(text) > ONE_SMS] == []


def test_every_command_has_a_word_in_every_language_and_each_word_one_command() -> None:
    assert set(COMMANDS) == set(Command)
    assert all(set(words) == set(LANGUAGES) for words in COMMANDS.values())
    words = [word for by in COMMANDS.values() for said in by.values() for word in said.split()]
    assert len(words) == len(BY_WORD)
    for word in BY_WORD:
        assert word.isascii()
        assert word.isalpha()
        assert word == word.upper()


def test_a_word_is_known_however_it_is_written() -> None:
    assert command_of("Relevé") is Command.STMT
    assert command_of("b\u0329ere\u0323") is Command.START
    assert command_of("nobody") is None
    assert {word_for(Command.BAL, language) for language in LANGUAGES} > {"BAL", "SALIO", "SOLDE"}


def test_words_within_a_command_never_begin_one() -> None:
    """`SEND ... TO ...` isn't two commands, nor are a plan's words."""
    inside = set(FILLERS) | set(LENGTH_BY_WORD) | set(TERM_BY_WORD) | set(LANGUAGE_BY_WORD)
    assert inside & set(BY_WORD) == set()


def test_two_words_that_make_one_command_together_are_no_other_command() -> None:
    joined = {one + other: (one, other) for one, other in permutations(BY_WORD, 2)}
    for word, (one, other) in joined.items():
        if word in BY_WORD:
            assert BY_WORD[word] in {Command.SENDFLOAT, Command.BUYFLOAT, Command.ASKFLOAT}, (
                one, other,
            )  # fmt: skip


def test_only_english_has_been_read_by_somebody_who_speaks_it() -> None:
    assert {"en"} == REVIEWED


def test_every_command_says_how_it_is_written() -> None:
    assert set(USAGE) == set(Command) - {Command.HELP}


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("AIR", "AIR", 0), ("ARI", "AIR", 1), ("AR", "AIR", 1), ("SNED", "SEND", 1),
     ("BLOCKS", "BLOCK", 1), ("DATA", "BAL", 3), ("", "BAL", 3)],
)  # fmt: skip
def test_distance_counts_letters_put_in_left_out_changed_and_swapped(
    one: str, other: str, apart: int
) -> None:
    assert distance(one, other) == distance(other, one) == apart


def test_what_is_meant_is_looked_for_in_english_and_in_the_senders_language(
    sender: Sender,
) -> None:
    swahili = parse("SALIOO 1", replace(sender, language="sw"))
    english = parse("SALIOO 1", sender)
    assert isinstance(swahili, Saying)
    assert isinstance(english, Saying)
    assert (swahili.sentence, swahili.arguments) == (DID_YOU_MEAN, {"words": "SALIO"})
    assert english.sentence == HELP
