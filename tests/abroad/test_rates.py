"""What money abroad costs: whole minor units, rounded up, never less than the rate says."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadRate
from app.domain.money import MINOR_DIGITS, Money
from app.domain.rates import (
    MOST_MARGIN_BP,
    RATE_DIGITS,
    Rate,
    parse_rate,
    sample_rates,
)

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


def rate(
    written: str = "0.085", margin_bp: int = 300, base: str = "NGN", quote: str = "KES"
) -> Rate:
    return Rate(base, quote, parse_rate(written), margin_bp, NOON)


PAIRS = st.permutations(sorted(MINOR_DIGITS)).map(lambda names: (names[0], names[1]))
RATES = st.builds(
    lambda pair, scaled, margin: Rate(*pair, scaled, margin, NOON),
    PAIRS, st.integers(1, 10**15), st.integers(0, MOST_MARGIN_BP),
)  # fmt: skip
MINORS = st.integers(1, 10**9)


def exact(one: Rate, amount: Money) -> Fraction:
    """Minor units of base that the amount is worth, without rounding or margin."""
    units = Fraction(amount.amount_minor, 10 ** MINOR_DIGITS[one.quote])
    return units * 10**RATE_DIGITS / one.scaled * 10 ** MINOR_DIGITS[one.base]


@given(RATES, MINORS)
def test_worth_and_price_are_the_least_minor_units_that_pay_in_full(one: Rate, minor: int) -> None:
    sale = one.sell(Money(minor, one.quote))
    worth = exact(one, sale.amount)
    price = worth * (10_000 + one.margin_bp) / 10_000
    assert sale.worth.amount_minor - 1 < worth <= sale.worth.amount_minor
    assert sale.price.amount_minor - 1 < price <= sale.price.amount_minor
    assert sale.price >= sale.worth
    assert sale.worth.currency == sale.price.currency == one.base


@given(RATES, MINORS, MINORS)
def test_more_never_costs_less_and_two_halves_never_cost_less_than_the_whole(
    one: Rate, first: int, second: int
) -> None:
    apart = [one.sell(Money(minor, one.quote)).price for minor in (first, second)]
    whole = one.sell(Money(first + second, one.quote)).price
    assert max(apart) <= whole <= apart[0] + apart[1]


@given(RATES)
def test_the_rate_that_is_shown_is_never_better_than_the_one_that_is_paid(one: Rate) -> None:
    quote, base = one.shown().split(" = ")
    shown = Fraction(base.removeprefix(f"{one.base} ").replace(",", ""))
    paid = Fraction(10**RATE_DIGITS * (10_000 + one.margin_bp), one.scaled * 10_000)
    assert quote == f"{one.quote} 1"
    assert paid <= shown <= paid * Fraction(10_001, 10_000)


def test_a_hundred_shillings_cost_what_the_rate_and_the_margin_say() -> None:
    sale = rate().sell(Money(100_00, "KES"))
    assert (str(sale.worth), str(sale.price)) == ("NGN 1,176.48", "NGN 1,211.77")
    assert rate().shown() == "KES 1 = NGN 12.118"


def test_without_a_margin_price_and_worth_are_the_same() -> None:
    sale = rate("0.1", 0).sell(Money(100_00, "KES"))
    assert sale.worth == sale.price == Money(1_000_00, "NGN")


def test_a_currency_without_cents_is_paid_in_whole_units() -> None:
    sale = rate("28.5", 0, "KES", "UGX").sell(Money(1_000, "UGX"))
    assert sale.price == Money(35_09, "KES")
    back = rate("0.035", 0, "UGX", "KES").sell(Money(5_00, "KES"))
    assert back.price == Money(143, "UGX")


@pytest.mark.parametrize("written", ["0.085", "1", "12.5", "0.0000000001", "999999"])
def test_a_rate_is_stored_exactly_as_it_was_written(written: str) -> None:
    assert f"{rate(written).decimal():f}" == written


@pytest.mark.parametrize(
    "written",
    ["", "0", "-1", "1e3", "0.00000000001", "0.08500000000000000000000000001", "1,5", "NaN", "inf",
     "1000000", ".5", "٣", " 1"],
)  # fmt: skip
def test_what_is_no_rate_is_refused(written: str) -> None:
    with pytest.raises(BadRate):
        rate(written)


@pytest.mark.parametrize(
    ("base", "quote", "margin_bp"),
    [("NGN", "NGN", 0), ("NGN", "EUR", 0), ("NGN", "KES", -1), ("NGN", "KES", 2_001)],
)
def test_no_rate_of_a_strange_pair_or_margin(base: str, quote: str, margin_bp: int) -> None:
    with pytest.raises(BadRate):
        rate("1", margin_bp, base, quote)


def test_a_rate_sells_its_own_currency_only() -> None:
    with pytest.raises(BadRate):
        rate().sell(Money(100_00, "UGX"))


def test_samples_are_marked_and_there_is_one_for_every_pair() -> None:
    samples = list(sample_rates())
    assert len(samples) == len({(one.base, one.quote) for one in samples}) == 30
    assert all(one.sample for one in samples)
