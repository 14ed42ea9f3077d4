"""What a PIN looks like, what is kept of it, and when a guesser is stopped."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.secret import Secret
from app.domain.vouchers import (
    MISTYPED,
    WRONG,
    as_typed,
    check_digit,
    grouped,
    is_well_formed,
    serial,
    stopped_until,
)
from app.security.vouchers import VoucherPins
from tests.vouchers.shop import guess

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)
numbers = st.integers(0, 10**13 - 1).map(guess)


@given(numbers, st.integers(0, 13), st.integers(1, 9))
def test_every_single_wrong_digit_is_noticed(pin: str, place: int, shift: int) -> None:
    assert is_well_formed(pin)
    wrong = str((int(pin[place]) + shift) % 10)
    assert not is_well_formed(pin[:place] + wrong + pin[place + 1 :])


@given(numbers, st.integers(0, 12))
def test_two_neighbours_that_changed_places_are_noticed(pin: str, place: int) -> None:
    first, second = pin[place], pin[place + 1]
    swapped = pin[:place] + second + first + pin[place + 2 :]
    assert is_well_formed(swapped) == (first == second)


@pytest.mark.parametrize(
    "text", ["", "1", guess(5)[:-1], guess(5) + "0", "abcdefghijklmn", "\u0661" * 14, "-" * 14]
)
def test_what_cannot_be_a_pin_is_not_well_formed(text: str) -> None:
    assert not is_well_formed(text)


def test_a_known_check_digit() -> None:
    """The example of Damm's thesis."""
    assert check_digit("572") == "4"


def test_blanks_and_dashes_of_the_paper_don_t_matter() -> None:
    assert grouped("12345678901234") == "1234 5678 9012 34"
    assert as_typed(" 1234-5678 9012.34 ") == "12345678901234"
    assert serial("7K3F9Q", 12) == "7K3F9Q-00012"


def test_pins_have_fourteen_digits_begin_with_no_zero_and_differ() -> None:
    pins = [VoucherPins(b"key").fresh().value for _ in range(2_000)]
    assert all(is_well_formed(pin) and pin[0] != "0" for pin in pins)
    assert len(set(pins)) == len(pins)
    least, most = VoucherPins(b"", lambda _: 0), VoucherPins(b"", lambda below: below - 1)
    assert (least.fresh().value[:13], most.fresh().value[:13]) == ("1" + "0" * 12, "9" * 13)


def test_a_digest_needs_the_servers_key() -> None:
    pin = Secret(guess(5))
    assert VoucherPins(b"one").digest(pin) == VoucherPins(b"one").digest(pin)
    assert VoucherPins(b"one").digest(pin) != VoucherPins(b"two").digest(pin)


def minutes(*ago: float) -> list[datetime]:
    return [NOON - timedelta(minutes=one) for one in sorted(ago)]


@pytest.mark.parametrize(
    ("tries", "until"),
    [
        ([], None),
        (minutes(0, 1, 2, 3), None),
        (minutes(0, 1, 2, 3, 4), NOON + timedelta(hours=1)),
        (minutes(0, 1, 2, 3, 60), NOON + timedelta(hours=1)),
        (minutes(0, 1, 2, 3, 61), None),
        (minutes(0, *range(100, 900, 100)), None),
        (minutes(0, *range(100, 1_000, 100)), NOON + timedelta(hours=24)),
        (minutes(0, *range(200, 1_800, 200), 1_441), None),
    ],
)
def test_five_wrong_ones_an_hour_and_ten_a_day_are_the_limit(
    tries: list[datetime], until: datetime | None
) -> None:
    assert stopped_until(WRONG, tries) == until


def test_mistyping_has_a_more_generous_limit() -> None:
    assert stopped_until(MISTYPED, minutes(*range(19))) is None
    assert stopped_until(MISTYPED, minutes(*range(20))) == NOON + timedelta(hours=1)
