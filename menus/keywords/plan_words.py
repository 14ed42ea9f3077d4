"""Data plans in the words of an SMS: `1gb`, `1 GB weekly`, `500MB 30D SME`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from app.domain.catalogue import Plan, Term, term_of
from app.domain.msisdn import Msisdn
from app.domain.products import Family
from app.domain.secret import Secret
from menus.keywords.readings import Words, number_of, pin_of
from menus.keywords.vocabulary import LENGTH_BY_WORD, TERM_BY_WORD
from menus.texts.plans import size_name

_QUANTITY = re.compile(r"([1-9][0-9]{0,4}(?:\.[0-9])?|0\.[1-9])([A-Z]+)")
_CHAIN = re.compile(rf"(?:{_QUANTITY.pattern}[-/]?)+")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}(?:\.[0-9])?|0\.[1-9]")
_DAY_DIGITS = 3
_GB, _MB = frozenset({"GB", "GIG", "GIGS", "G"}), frozenset({"MB", "MEG", "MEGS"})
_UNITS = _GB | _MB | frozenset(LENGTH_BY_WORD)
_FAMILIES = {family.upper(): family for family in Family if family is not Family.DIRECT}
_DAYS: dict[str, tuple[int, int]] = {
    "day": (1, 1), "week": (7, 7), "month": (28, 31), "year": (360, 366),
}  # fmt: skip
"""Least and most days of each: plans of "one month" last 28 to 31."""


@dataclass(frozen=True, slots=True)
class PlanWords:
    """What was said of a plan; None and empty: nothing. `exact`: its days were said as days."""

    size: str = ""
    days: tuple[int, int] | None = None
    exact: bool = False
    term: Term | None = None
    family: Family | None = None

    def __bool__(self) -> bool:
        return self != PlanWords()


@dataclass(frozen=True, slots=True)
class DataReading:
    """No recipient: none was written."""

    plan: PlanWords
    recipient: Msisdn | None
    pin: Secret | None


def data_orders(words: Words, country: str) -> list[DataReading]:
    """Plan, number if there is one, PIN if there is one; the PIN last."""
    found = _read(words, country, None)
    pin = pin_of(words[-1]) if words else None
    if pin:
        found += _read(words[:-1], country, pin)
    return list(dict.fromkeys(found))


def _read(words: Words, country: str, pin: Secret | None) -> list[DataReading]:
    said: dict[str, object] = {}
    rest: list[tuple[int, str]] = []
    pieces = [piece for word in words for piece in _pieces(word)]
    at = 0
    while at < len(pieces):
        taken, meant = _meaning(pieces[at : at + 2])
        if said.keys() & meant.keys():
            return []
        said |= meant
        if not meant:
            rest.append((at, pieces[at]))
        at += taken
    apart = any(after - before > 1 for (before, _), (after, _) in pairwise(rest))
    number = number_of(tuple(word for _, word in rest), country) if rest else None
    if apart or (rest and number is None):
        return []
    return [DataReading(PlanWords(**said), number, pin)]  # type: ignore[arg-type]


def _pieces(word: str) -> list[str]:
    """`1GB-7D` and `1GB7DAYS` are two."""
    if word in _FAMILIES or not _CHAIN.fullmatch(word):
        return [word]
    return [found.group() for found in _QUANTITY.finditer(word)]


def _meaning(pieces: list[str]) -> tuple[int, dict[str, object]]:
    """How many pieces say something of a plan, and what."""
    word = pieces[0]
    if word in _FAMILIES:
        return 1, {"family": _FAMILIES[word]}
    if word in TERM_BY_WORD:
        return 1, {"term": Term(TERM_BY_WORD[word])}
    whole = _QUANTITY.fullmatch(word)
    if whole:
        return 1, _quantity(whole[1], whole[2])
    if len(pieces) > 1 and _NUMBER.fullmatch(word) and pieces[1] in _UNITS:
        meant = _quantity(word, pieces[1])
        return (2, meant) if meant else (1, {})
    return 1, {}


def _quantity(number: str, unit: str) -> dict[str, object]:
    if unit in _GB:
        return {"size": f"{number.removesuffix('.0')}GB"}
    if "." in number or unit not in _UNITS:
        return {}
    if unit in _MB:
        return {"size": size_name(int(number))}
    if len(number) > _DAY_DIGITS:
        return {}  # a PIN, more likely
    length = LENGTH_BY_WORD[unit]
    least, most = _DAYS[length]
    return {"days": (least * int(number), most * int(number)), "exact": length == "day"}


def named(plan: Plan) -> str:
    """How it is written in an SMS, in any language: `1GB 7D`, `1GB 30D SME`."""
    family = "" if plan.family is Family.DIRECT else f" {plan.family.upper()}"
    return f"{size_name(plan.size_mb)} {plan.validity_days}D{family}"


def fitting(plans: Iterable[Plan], said: PlanWords) -> list[Plan]:
    """The plans that the words fit; the one alone that they name in full."""
    others = [plan for plan in plans if _fits(plan, said)]
    found = [plan for plan in others if said.size in {"", size_name(plan.size_mb)}]
    found = found or [plan for plan in others if said.size == f"{plan.size_mb / 1000:g}GB"]
    wanted = said.family or Family.DIRECT
    in_full = [plan for plan in found if plan.family is wanted] if said.size and said.exact else []
    return in_full if len(in_full) == 1 else found


def _fits(plan: Plan, said: PlanWords) -> bool:
    days = plan.validity_days
    return (
        (said.days is None or said.days[0] <= days <= said.days[1])
        and said.term in {None, term_of(days)}
        and said.family in {None, plan.family}
    )
