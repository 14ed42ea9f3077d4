"""Any text is a request or an answer, never two; and no PIN stays in what is kept of it."""

import re
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.domain.catalogue import Plan
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.products import Family
from menus.keywords.asked import Asked, Wanted
from menus.keywords.line import line_of
from menus.keywords.plan_words import data_orders, fitting, named
from menus.keywords.readings import orders
from menus.keywords.redaction import redact
from menus.keywords.sms import Sender, parse
from menus.keywords.vocabulary import BY_WORD, Command
from menus.texts.messages import render

ME = Sender(Msisdn("+2348030000001"), "62130", "NG", "NGN", "*384*123#")
KENYAN = Sender(Msisdn("+254712345678"), "63902", "KE", "KES", "*384*123#")
COMMAND = st.sampled_from(sorted(BY_WORD))
NUMBER = st.sampled_from(["08051112222", "0805 111 2222", "+2348051112222", "8051112222"])
PIN = st.from_regex(r"[1-9][0-9]{3,5}", fullmatch=True).filter(lambda pin: int(pin) % 100 != 0)
NOISE = st.sampled_from(
    ["500", "N500", "1,000", "5000", "to", "for", "pin", "1GB", "weekly", "7", "days", "now", "0",
     "08051112222", "me", "NGN", "naira", "482913", "x", "?", "1 GB", "/="]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=200), command=st.one_of(st.just(""), COMMAND))
def test_any_text_gives_a_request_or_an_answer(text: str, command: str) -> None:
    for sender in (ME, KENYAN, replace(ME, country="ZA", currency="")):
        asked = parse(f"{command} {text}", sender)
        assert isinstance(asked, Asked)
        redact(f"{command} {text}", sender.country, sender.currency)
        if hasattr(asked, "params"):
            assert render("reply", "en", asked.params())


@settings(max_examples=200, deadline=None)
@given(command=COMMAND, words=st.lists(NOISE, max_size=6))
def test_money_moves_only_where_there_is_one_reading(command: str, words: list[str]) -> None:
    text = " ".join([command, *words])
    asked = parse(text, ME)
    if isinstance(asked, Wanted):
        line = line_of(text)
        [way] = orders(line.telling, "NG", "NGN")
        assert asked.wish.amount == way.amount.money
        assert asked.pin == way.pin


@settings(max_examples=200, deadline=None)
@given(
    amount=st.integers(50, 50_000),
    form=st.sampled_from(["{}", "N{}", "NGN{}", "NGN {}", "{}naira", "{} naira", "{:,}", "{}.00"]),
    number=st.one_of(st.just(""), NUMBER),
    first=st.booleans(),
    pin=PIN,
    case=st.sampled_from([str.upper, str.lower, str.title]),
    blanks=st.sampled_from([" ", "  ", ", ", "\n"]),
)
def test_amount_number_and_pin_are_read_as_they_were_meant(
    amount: int, form: str, number: str, first: bool, pin: str, case: object, blanks: str
) -> None:
    parts = [form.format(amount), number] if first else [number, form.format(amount)]
    text = blanks.join(["air", *filter(None, parts), pin])
    asked = parse(case(text), ME)  # type: ignore[operator]
    assert isinstance(asked, Wanted), text
    assert asked.wish.amount == Money(amount * 100, "NGN")
    assert asked.wish.recipient == ("+2348051112222" if number else ME.msisdn)
    assert asked.pin is not None
    assert asked.pin.value == pin


@example(command="FOWOSI", before=[], pin="1001", after=["NGN"], glue=" ")
@example(command="AIR", before=[], pin="999999", after=["NGN", "5000"], glue=" ")
@settings(max_examples=300, deadline=None)
@given(
    command=st.one_of(st.just("hello"), COMMAND),
    before=st.lists(NOISE, max_size=4),
    after=st.lists(NOISE, max_size=3),
    pin=PIN,
    glue=st.sampled_from([" ", "  ", "\n", ", "]),
)
def test_a_pin_never_stays_wherever_it_stands(
    command: str, before: list[str], after: list[str], pin: str, glue: str
) -> None:
    kept = redact(glue.join([command, *before, pin, *after]), "NG", "NGN")
    assert pin not in re.findall(r"\d+", kept), kept


@settings(deadline=None)
@given(
    size=st.one_of(st.integers(1, 1_023), st.integers(1, 99).map(lambda gb: gb * 1_024),
                   st.sampled_from([1_000, 1_536, 2_500, 10_300])),
    days=st.integers(1, 366),
    family=st.sampled_from(list(Family)),
    number=st.one_of(st.just(""), NUMBER),
    pin=st.one_of(st.just(""), PIN),
)  # fmt: skip
def test_the_words_we_tell_to_send_name_the_plan_they_stand_beside(
    size: int, days: int, family: Family, number: str, pin: str
) -> None:
    plan = Plan("mtn-ng", "x", family, size, days, Money(1, "NGN"))
    others = [
        replace(plan, code=f"{other}", family=other) for other in Family if other is not family
    ]
    others += [replace(plan, code="longer", validity_days=days + 1)]
    words = line_of(f"DATA {named(plan)} {number} {pin}").telling
    [way] = data_orders(words, "NG")
    assert fitting([*others, plan], way.plan) == [plan]
    assert (way.recipient or "") == ("+2348051112222" if number else "")
    assert (way.pin.value if way.pin else "") == pin


def test_a_number_as_we_write_it_can_be_sent_back() -> None:
    for sender, number in ((ME, "+2348051112222"), (KENYAN, "+254733123456")):
        asked = parse(f"SEND 500 {spoken(Msisdn(number))} 7392", sender)
        assert isinstance(asked, Wanted)
        assert asked.wish.recipient == number


def test_every_command_is_fuzzed() -> None:
    assert set(BY_WORD.values()) == set(Command)
