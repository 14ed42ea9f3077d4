"""What plans are called, and under which heading they stand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.catalogue import AIRTIME, Term, described, product_code, term_of
from app.domain.money import Money
from app.domain.products import Family, Offered, ProductKind
from menus.texts.plans import plan_name


@given(st.integers(1, 10**7), st.integers(1, 3_650), st.sampled_from(Family))
def test_a_plans_code_says_what_it_gives(size_mb: int, days: int, family: Family) -> None:
    offered = Offered(
        "mtn-ng", ProductKind.DATA, "any", "any", family=family, size_mb=size_mb,
        validity_days=days, cost=Money(1, "NGN"),
    )  # fmt: skip
    told = described(product_code(offered))
    assert told is not None
    assert (told.size_mb, told.validity_days, told.family) == (size_mb, days, family)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1024mb-7d", "1GB 7 days"),
        ("100mb-1d", "100MB 1 day"),
        ("1843mb-30d", "1.8GB 30 days"),
        ("1536mb-7d-sme", "1.5GB SME 7 days"),
        ("1200mb-2d", "1200MB 2 days"),
        ("1048576mb-365d-gifting", "1024GB Gifting 365 days"),
        (AIRTIME, ""),
    ],
)
def test_plans_are_called_as_people_call_them(code: str, name: str) -> None:
    assert plan_name("en", code) == name


@pytest.mark.parametrize(
    ("days", "term"),
    [(1, Term.DAILY), (3, Term.DAILY), (4, Term.WEEKLY), (14, Term.WEEKLY), (15, Term.MONTHLY),
     (365, Term.MONTHLY)],
)  # fmt: skip
def test_the_menu_has_three_headings(days: int, term: Term) -> None:
    assert term_of(days) is term
