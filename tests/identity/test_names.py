"""A name is shown by its first letters."""

import pytest

from app.domain.names import masked


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ONE TWO", "O** T**"),
        ("one", "O**"),
        ("One Two Three", "O** T**"),
        ("Ọlá Èkó", "O** E**"),
        ("  x   y  ", "X Y"),
        ("łx 名", "** *"),
        ("A" * 40 + " b", "A********* B"),
        ("", ""),
    ],
)
def test_a_name_is_shown_by_its_first_letters(name: str, shown: str) -> None:
    assert masked(name) == shown
