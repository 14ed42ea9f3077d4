"""What `nexustop menus check` proves about every screen and SMS, in every language."""

import gc
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import product
from multiprocessing import get_context

from menus.engine.gsm7 import is_gsm7, septets
from menus.engine.machine import Machine, Show, UndeclaredMove
from menus.engine.rehearsal import Rehearsal, rehearse
from menus.engine.segments import parts
from menus.flows import build_machine
from menus.flows.rehearsal import casts
from menus.keywords.longest import REPLIES
from menus.texts.catalogue import LANGUAGES
from menus.texts.kinds import most_parts
from menus.texts.longest import MESSAGES
from menus.texts.messages import KINDS, render
from menus.texts.pseudo import PSEUDO

CHECKED = (*LANGUAGES, PSEUDO)
"""Every language that is offered, and one that is longer than any of them should get."""


@dataclass(frozen=True, slots=True)
class Longest:
    """The longest text that a state shows in a language: on all its pages together."""

    language: str
    state: str
    septets: int
    pages: int


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out: everything that doesn't hold, as sentences, and the longest screens."""

    problems: list[str]
    longest: list[Longest]


def problems(budget: int, languages: Iterable[str] = CHECKED) -> Iterator[str]:
    """Everything that doesn't hold. `budget` in septets a screen."""
    for proof in proofs(budget, languages):
        yield from proof.problems


def proofs(budget: int, languages: Iterable[str] = CHECKED) -> Iterator[Proof]:
    """One for each language. They have nothing to do with each other, so each core takes one."""
    # Nearly all that a walk makes is kept to its end: looking for garbage took a fifth of its time.
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=gc.disable)
    try:
        yield from pool.map(partial(_of_language, budget), languages)
    finally:
        pool.shutdown(cancel_futures=True)


def _of_language(budget: int, language: str) -> Proof:
    machine = build_machine(budget)
    try:
        rehearsal = rehearse(machine, casts(language))
    except UndeclaredMove as move:
        return Proof([f"{language}: a state leads where it doesn't declare: {move}"], [])
    found = [
        *(_of_graph(machine, rehearsal, language) if language in LANGUAGES else ()),
        *_of_texts(rehearsal, language, budget),
        *_of_messages(language),
    ]
    return Proof(found, _longest(rehearsal, language))


def _longest(rehearsal: Rehearsal, language: str) -> list[Longest]:
    """The longest first, one of each state."""
    found: dict[str, Longest] = {}
    for show in rehearsal.screens:
        pages, state = show.session.pages or (show.text,), show.session.state
        took = sum(septets(page) for page in pages if is_gsm7(page))
        if state not in found or took > found[state].septets:
            found[state] = Longest(language, state, took, len(pages))
    return sorted(found.values(), key=lambda one: -one.septets)


def _of_graph(machine: Machine, rehearsal: Rehearsal, language: str) -> Iterator[str]:
    reached = {machine.start} | {to for _, to in rehearsal.moves}
    for state in machine.states:
        if state not in reached:
            yield f"{language}: {state} can't be reached"
    declared = {(state.id, to) for state in machine.states.values() for to in state.goes}
    for here, to in sorted(declared - rehearsal.moves):
        yield f"{language}: nothing leads from {here} to {to} as declared"
    for show in rehearsal.screens:
        if not show.close and not _leads_on(machine, show):
            yield f"{language}: {show.session.state} is a dead end"


def _leads_on(machine: Machine, show: Show) -> bool:
    state = machine.states[show.session.state]
    return bool(show.session.offers or state.accept or (state.back and show.session.trail))


def _of_texts(rehearsal: Rehearsal, language: str, budget: int) -> Iterator[str]:
    shown = {
        (show.session.state, page)
        for show in rehearsal.screens
        for page in (show.session.pages or (show.text,))
    }
    for state, text in sorted(shown | rehearsal.scolded):
        yield from _too_much(f"{language}: {state}", text, budget)


@dataclass(frozen=True, slots=True)
class LongestSms:
    """A kind of SMS at its longest: in this language it takes so many septets and parts."""

    kind: str
    language: str
    septets: int
    parts: int


def longest_sms(languages: Iterable[str] = LANGUAGES) -> list[LongestSms]:
    """Every kind, the longest first. Raises KeyError for a text that isn't GSM-7."""
    found: dict[str, LongestSms] = {}
    for (kind, params), language in product((*MESSAGES, *REPLIES), languages):
        text = render(kind, language, params)
        here = LongestSms(kind, language, septets(text), parts(text))
        if kind not in found or found[kind].septets < here.septets:
            found[kind] = here
    return sorted(found.values(), key=lambda one: (-one.septets, one.kind))


def _of_messages(language: str) -> Iterator[str]:
    rehearsed = (*MESSAGES, *REPLIES)
    for kind in sorted(KINDS.keys() - {kind for kind, _ in rehearsed}):
        yield f"{language}: SMS {kind} isn't rehearsed with its longest arguments"
    for kind, params in rehearsed:
        text = render(kind, language, params)
        if not is_gsm7(text):
            yield f"{language}: SMS {kind} isn't GSM-7: {text!r}"
            continue
        # A language that is longer than any should get may cost a second part, never a third.
        most = max(most_parts(kind), 2) if language == PSEUDO else most_parts(kind)
        if parts(text) > most:
            yield f"{language}: SMS {kind} takes {parts(text)} parts of {most}: {text!r}"


def _too_much(where: str, text: str, budget: int) -> Iterator[str]:
    if not is_gsm7(text):
        yield f"{where} isn't GSM-7: {text!r}"
    elif septets(text) > budget:
        yield f"{where} takes {septets(text)} septets of {budget}: {text!r}"
