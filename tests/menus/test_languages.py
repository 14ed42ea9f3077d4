"""Seven languages, and one that is longer than any: what is missing is said in English."""

import re
from importlib.resources import files
from io import BytesIO

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadAmount
from app.domain.money import MINOR_DIGITS, Money, parse_amount
from app.domain.msisdn import Msisdn, spoken
from menus.engine.gsm7 import fold, is_gsm7, septets
from menus.flows.shared import tell
from menus.texts import catalogue
from menus.texts.catalogue import LANGUAGES, say
from menus.texts.pseudo import PSEUDO, stretched

TRANSLATED = [code for code in LANGUAGES if code != "en"]
_BY_HAND = frozenset({"needs-review", "fuzzy"})


@pytest.mark.parametrize("language", [*TRANSLATED, "xx", ""])
def test_a_missing_sentence_is_said_in_english(language: str) -> None:
    assert say(language, "Nobody wrote {this} down", this="sentence") == (
        "Nobody wrote sentence down"
    )


def test_a_sentence_that_a_translator_doubts_is_said_in_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    doubted = b'msgid "Back"\nmsgstr "Rudi"\n\n#, fuzzy\nmsgid "Home"\nmsgstr "Nyumbani"\n'
    monkeypatch.setattr(catalogue, "read_po", lambda *_, **__: read_po(BytesIO(doubted)))
    catalogue.translations.cache_clear()
    try:
        assert tell({"language": "sw"}, "Back") == "Rudi"
        assert tell({"language": "sw"}, "Home") == "Home"
    finally:
        catalogue.translations.cache_clear()


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_sentence_awaits_review_until_the_catalogue_names_who_read_it(language: str) -> None:
    """docs/translating.md: taking the mark away takes a name in Last-Translator."""
    content = files("menus.texts").joinpath(f"{language}.po").read_bytes()
    read = read_po(BytesIO(content))
    unmarked = [m.id for m in read if m.id and not m.flags & _BY_HAND]
    assert not unmarked or "none yet" not in str(read.last_translator), (
        f"{language}.po: mark `#, needs-review` what no native speaker has read: {unmarked[:3]}"
    )


@pytest.mark.parametrize(
    "english",
    ["Back", "Send {amount} to {number}?", "Too many wrong entries. Nothing was done."],
)
def test_the_longer_language_is_a_third_longer_and_keeps_arguments(english: str) -> None:
    said = stretched(english)
    words = len(re.sub(r"\{\w+\}", "", english))
    more = len(said) - len(english)
    assert more >= min(round(words * 0.35), 2)
    assert more >= round(words * 0.35) - 1
    assert re.findall(r"\{\w+\}", said) == re.findall(r"\{\w+\}", english)
    assert (said[0], said[-1]) == ("<", ">")


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz AEIOU.,?", max_size=60))
def test_its_accents_fold_into_gsm7_at_no_cost(english: str) -> None:
    said = stretched(english)
    assert is_gsm7(fold(said))
    assert septets(fold(said)) == len(said)


def test_it_is_offered_to_nobody() -> None:
    assert PSEUDO not in LANGUAGES
    assert say(PSEUDO, "Back") != "Back"


@pytest.mark.parametrize(
    ("msisdn", "said"),
    [
        ("+2348030000001", "0803 000 0001"), ("+254712345678", "0712 345 678"),
        ("+233241234567", "024 123 4567"), ("+256772123456", "0772 123 456"),
        ("+250788123456", "0788 123 456"), ("+255754123456", "0754 123 456"),
    ],
)  # fmt: skip
def test_a_number_is_said_as_at_home(msisdn: str, said: str) -> None:
    assert spoken(Msisdn(msisdn)) == said


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("N500", "NGN", "NGN 500.00"), ("NGN 1,000", "NGN", "NGN 1,000.00"),
        ("Ksh 500", "KES", "KES 500.00"), ("ksh.50", "KES", "KES 50.00"),
        ("500/=", "KES", "KES 500.00"), ("GHC 5.50", "GHS", "GHS 5.50"),
        ("USh 5,000", "UGX", "UGX 5,000"), ("5000/-", "TZS", "TZS 5,000.00"),
        ("FRw 200", "RWF", "RWF 200"), ("RWF 200", "RWF", "RWF 200"),
    ],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it_and_shown_one_way(
    typed: str, currency: str, amount: str
) -> None:
    assert str(parse_amount(typed, currency)) == amount


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("Ksh 500", "NGN"), ("500/=", "NGN"), ("USh 5.50", "UGX"), ("Ksh", "KES"), ("/=", "KES"),
     ("ksh-5", "KES"), ("shsh5", "KES"), ("GHS GHS 5", "GHS")],
)  # fmt: skip
def test_what_is_no_amount_of_the_currency_is_refused(typed: str, currency: str) -> None:
    with pytest.raises(BadAmount):
        parse_amount(typed, currency)


@given(st.integers(1, 99_999_999_99), st.sampled_from(["NGN", "KES", "GHS", "UGX", "TZS", "RWF"]))
def test_what_is_shown_is_read_back(minor: int, currency: str) -> None:
    amount = Money(minor, currency)
    assert MINOR_DIGITS[currency] in {0, 2}
    assert parse_amount(str(amount), currency) == amount
