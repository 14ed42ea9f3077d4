"""What an SMS costs: septets, parts, and the folding that keeps it in GSM-7."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from menus.engine.gsm7 import BASIC, EXTENDED, fold, is_gsm7, septets
from menus.engine.segments import parts, segments

GSM7 = some.text(alphabet=sorted(BASIC + EXTENDED), max_size=700)
ANY = some.text(max_size=400)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1), ("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3),
        ("{" * 80, 1), ("{" * 81, 2), ("{" * 152, 2), ("{" * 153, 3),
        ("\u20a6" * 70, 1), ("\u20a6" * 71, 2), ("\u20a6" * 134, 2), ("\u20a6" * 135, 3),
        ("\U0001f600" * 35, 1), ("\U0001f600" * 36, 2), ("\U0001f600" * 67, 3),
    ],
)  # fmt: skip
def test_parts_change_where_the_standard_says(text: str, count: int) -> None:
    assert parts(text) == count


def test_an_escape_pair_never_straddles_a_part() -> None:
    text = "a" * 152 + "{" + "b" * 20
    assert segments(text) == ("a" * 152, "{" + "b" * 20)


def test_a_surrogate_pair_never_straddles_a_part() -> None:
    text = "\u20a6" * 66 + "\U0001f600" + "\u20a6" * 10
    assert segments(text) == ("\u20a6" * 66, "\U0001f600" + "\u20a6" * 10)


@settings(deadline=None)
@given(some.one_of(GSM7, ANY))
def test_no_part_is_too_long_nothing_is_lost_and_no_part_could_hold_more(text: str) -> None:
    made = segments(text)
    assert "".join(made) == text
    gsm7 = is_gsm7(text)
    room = (160 if len(made) == 1 else 153) if gsm7 else (70 if len(made) == 1 else 67)

    def size(part: str) -> int:
        return septets(part) if gsm7 else len(part.encode("utf-16-be", "surrogatepass")) // 2

    assert all(size(part) <= room for part in made)
    for part, following in pairwise(made):
        assert size(part + following[0]) > room


@settings(deadline=None)
@given(ANY)
def test_whatever_is_folded_is_gsm7_and_folds_to_itself(text: str) -> None:
    folded = fold(text)
    assert is_gsm7(folded)
    assert fold(folded) == folded


@settings(deadline=None)
@given(GSM7)
def test_what_is_in_the_alphabet_is_never_folded(text: str) -> None:
    assert fold(text) == text


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("\u1eb8 k\u00e1\u00e0b\u1ecd\u0300, \u1eb9 \u1e63\u00e9 gan", "E kaabo, e sé gan"),
        ("Ka\u0199a\u0257a \u0181era \u01b4ar \u0253auna", "Kakada Bera yar bauna"),
        ("Nn\u1ecd\u1ecd, \u1ecd d\u1ecb mma", "Nnoo, o di mma"),
        ("\u1ee5t\u1ee5t\u1ee5 \u1e45", "ututu n"),
        ("Akw\u025b\u0254 \u014bu \u0192o", "Akweo nu fo"),
        ("\u201cYes\u201d, it\u2019s \u2013 \u2026", "\"Yes\", it's - ..."),
        ("NGN\u00a01,000 \u202f\u20a6500\u200b", "NGN 1,000  N500"),
        ("ga\u0300r\u00e7on \u0153uf", "garcon oeuf"),
    ],
)  # fmt: skip
def test_letters_of_our_languages_and_typography_have_a_plain_form(written: str, sent: str) -> None:
    folded = fold(written)
    assert is_gsm7(folded)
    assert folded.translate(str.maketrans("àáé", "aae")) == sent.translate(
        str.maketrans("àáé", "aae")
    )


def test_what_has_no_plain_form_is_a_question_mark() -> None:
    assert fold("\u4f60 \U0001f600") == "? ?"
