"""Codes behind the short code lead to the same thing for good, and never past a confirmation."""

from itertools import chain

import pytest
from pydantic import ValidationError

from app.domain.aliases import DEFAULT_ALIASES, is_code, meanings, parse_alias
from menus.engine.paging import BACK, HOME, MORE
from menus.flows import STATES
from menus.flows.stable_codes import alias
from tests.factories.gateway import settings

NIGERIA = {"currency": "NGN", "country": "NG", "agent": 0}
FIND = alias(meanings(DEFAULT_ALIASES))


def test_no_digit_of_a_menu_is_a_code() -> None:
    digits = chain((BACK, HOME, MORE), map(str, range(1, 100)))
    assert not any(map(is_code, digits))


@pytest.mark.parametrize(
    ("country", "currency", "typed", "minor"),
    [
        ("NG", "NGN", "500", 500_00), ("NG", "NGN", "50000", 50_000_00),
        ("NG", "NGN", "050", 50_00),
        ("KE", "KES", "050", 50_00), ("UG", "UGX", "1000", 1_000), ("GH", "GHS", "020", 20_00),
    ],
)  # fmt: skip
def test_an_amount_that_is_sold_is_airtime(
    country: str, currency: str, typed: str, minor: int
) -> None:
    move = FIND({"country": country, "currency": currency, "agent": 0}, typed)
    assert move is not None
    assert (move.to, move.put) == ("buy.dialled", {"amount": minor})


@pytest.mark.parametrize(
    "typed", ["", "1", "49", "049", "50001", "5e2", "-500", "٥٠٠", "500.00", "9999999999"]
)
def test_any_other_is_nothing(typed: str) -> None:
    assert FIND(NIGERIA, typed) is None


def test_a_name_is_found_before_an_amount_and_only_agents_have_their_menu() -> None:
    find = alias(meanings(("500=1024mb-7d", "700=agent")))
    plan = find(NIGERIA, "500")
    assert plan is not None
    assert plan.put == {"data": 1, "plan": "1024mb-7d"}
    assert find(NIGERIA, "700") is None
    agents = find({**NIGERIA, "agent": 1}, "700")
    assert agents is not None
    assert agents.to == "agent"


def test_every_name_leads_to_a_state_of_the_menu() -> None:
    for code in meanings(DEFAULT_ALIASES):
        move = FIND({**NIGERIA, "agent": 1}, code)
        assert move is not None
        assert move.to in STATES


@pytest.mark.parametrize("text", ["", "1=wallet", "98=wallet", "abc=wallet", "700", "700=nothing",
                                  "700=1024mb", "700=airtime", "7000000000=wallet"])  # fmt: skip
def test_a_setting_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"code|must lead"):
        parse_alias(text)


def test_the_settings_say_so_at_the_start() -> None:
    with pytest.raises(ValidationError, match="must lead to a plan, or one of wallet"):
        settings("postgresql://x@127.0.0.1:1/x", "redis://127.0.0.1:1", dial_aliases="700=moon")
