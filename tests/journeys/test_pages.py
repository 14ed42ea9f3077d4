"""A screen read page by page is compared as strictly as one that came whole."""

import re

from tests.journeys.pages import goes_on, in_a_line, pattern_in_pages, together

FIRST = "Your balance is NGN 5,000.00\n1. Balance\n98. More\n0. Back"
SECOND = "and 3 orders wait\n2. Orders\n98. More\n0. Back\n00. Home"
LAST = "3. Statement\n0. Back\n00. Home"


def holds(wanted: str, pages: list[str], *, read_on: bool = False) -> bool:
    shown = in_a_line(together(pages))
    return re.fullmatch(pattern_in_pages(wanted, read_on=read_on), shown) is not None


def test_pages_say_together_what_one_screen_says() -> None:
    assert [goes_on(page) for page in (FIRST, SECOND, LAST)] == [True, True, False]
    one = "Pay\n1. Yes\n98. More\n0. Back"
    assert holds("Pay\n1. Yes\n2. No\n0. Back", [one, "2. No\n0. Back\n00. Home"])
    assert holds("Your balance ...\n1. Balance\n...\n0. Back", [FIRST, SECOND, LAST])


def test_what_is_missing_added_or_out_of_order_is_noticed() -> None:
    one, two = "Pay\n1. Yes\n98. More\n0. Back", "2. No\n0. Back\n00. Home"
    for wanted in ("Pay\n1. Yes\n0. Back", "Pay\n1. Yes\n2. No", "Pay\n2. No\n1. Yes\n0. Back",
                   "Pay\n1. Yes\n2. No\n3. Perhaps\n0. Back", "Pay\n1. Yes\n2. Now\n0. Back",
                   "Pay\n1. Yes\n2. No\n0. Back\n00. Home"):  # fmt: skip
        assert not holds(wanted, [one, two]), wanted


def test_a_page_of_the_usual_room_is_looked_for_on_the_whole_screen() -> None:
    pages = ["Wallet\n1. Balance\n98. More\n0. Back", "2. Orders\n3. Statement\n0. Back"]
    assert holds("Wallet\n1. Balance\n2. Orders\n98. More\n0. Back", pages)
    assert not holds("Wallet\n2. Orders\n98. More\n0. Back", pages)
    assert not holds("1. Balance\n2. Orders\n98. More\n0. Back", pages)
    assert holds("3. Statement\n0. Back", pages, read_on=True)
    assert not holds("4. Statement\n0. Back", pages, read_on=True)
