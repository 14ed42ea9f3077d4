"""The phone in a real browser, in front of the real program, behind every gateway."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from providers.sandbox.phones import PHONES, TEXTS
from tests.conftest import Servers, Urls
from tests.factories.chromium import Page, browser, chromium
from tests.factories.handsets import Town, town
from tests.journeys.test_journeys import Journey

PHONE = "#phone1"
SCREEN, STRIP = f"{PHONE} .text", f"{PHONE} .strip"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        chromium() is None, reason="there is no Chromium here (Debian: apt-get install chromium)"
    ),
]


@pytest.fixture(scope="module")
def here(urls: Urls, servers: Servers) -> Iterator[Town]:
    with town(urls.program, servers.redis_url) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where downloads go."""
    return tmp_path_factory.mktemp("browser")


@pytest.fixture(scope="module")
def window(folder: Path) -> Iterator[Page]:
    found = chromium()
    assert found is not None
    with browser(found, folder) as page:
        yield page


@pytest.fixture
def page(window: Page, here: Town) -> Iterator[Page]:
    """The phone page, loaded afresh, which must have nothing to complain of."""
    window.go(f"{here.program}/simulator/")
    yield window
    window.go("about:blank")
    problems, window.problems = window.problems, []
    assert problems == []


def dial(page: Page, *keys: str) -> str:
    """The short code, then what is typed; the last screen."""
    page.press("Enter")
    said = page.until(SCREEN, "1. Buy airtime")
    for key in keys:
        said = reply(page, key)
    return said


def reply(page: Page, typed: str) -> str:
    """What is typed and sent; the screen that follows."""
    before = hops(page)
    page.press(*typed, "Enter")
    return shown(page, before)


def shown(page: Page, before: int) -> str:
    """The screen of the hop after `before`."""
    page.until(f"{STRIP} .hops", f"{before + 1} hop")
    until(lambda: page.text(SCREEN))
    return page.text(SCREEN)


def hops(page: Page) -> int:
    return int(page.text(f"{STRIP} .hops").split()[0])


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.03)


def test_airtime_is_bought_with_the_keyboard_alone(page: Page, here: Town) -> None:
    before = here.count("orders")
    said = dial(page, "1", "2", "08031110001", "2", "1", "7392")
    assert said.startswith("Request received. NGN 200.00 MTN airtime for 0803 111 0001")
    assert here.count("orders") == before + 1
    page.press("Enter")
    assert page.text(SCREEN) == ""


def test_the_keys_of_the_handset_do_the_same(page: Page) -> None:
    page.click(f'{PHONE} [data-key="call"]')
    page.until(SCREEN, "1. Buy airtime")
    page.click(f'{PHONE} [data-key="1"]')
    page.click(f'{PHONE} [data-key="right"]')
    page.until(SCREEN, "Airtime for")
    page.click(f'{PHONE} [data-key="end"]')
    assert page.text(SCREEN) == ""


@pytest.mark.parametrize("gateway", PHONES)
def test_the_phone_speaks_the_dialect_that_is_chosen(page: Page, gateway: str) -> None:
    page.choose(f"{PHONE} [name=gateway]", gateway)
    label = page.run(f"document.querySelector('{PHONE} [name=gateway]').selectedOptions[0].text")
    page.run("document.querySelector('#phone1 .handset').focus()")
    dial(page)
    page.click(f"{PHONE} .raw summary")
    assert f"/ussd/{gateway}" in page.text(f"{PHONE} .request").split("\n")[0]
    assert page.text(f"{PHONE} .answer").startswith("200\n")
    assert page.text(f"{STRIP} .gateway") == label
    assert page.text(f"{STRIP} .septets").startswith(tuple("123456789"))


def test_after_a_lost_answer_the_same_hop_is_sent_again(page: Page) -> None:
    dial(page, "1")
    page.click(f"{PHONE} [data-fault=lost_answer]")
    page.run("document.querySelector('#phone1 .field').focus()")
    assert reply(page, "1") == "No answer from the network. Try again"
    assert page.text(f"{PHONE} .send") == "Send again"
    page.press("Enter")
    assert "Amount?" in page.until(SCREEN, "Amount?")
    assert "1. Confirm" in reply(page, "2")


@pytest.mark.parametrize("fault", ["repeated", "out_of_order"])
def test_a_hop_that_comes_twice_or_late_leaves_the_screen_standing(page: Page, fault: str) -> None:
    dial(page, "1")
    page.click(f"{PHONE} [data-fault={fault}]")
    page.run("document.querySelector('#phone1 .field').focus()")
    assert "Amount?" in reply(page, "1")
    assert (
        page.run(f"document.querySelectorAll('{PHONE} [aria-pressed=true][data-fault]').length")
        == 0
    )


def test_a_fault_that_makes_no_sense_now_cant_be_chosen(page: Page) -> None:
    disabled = f"document.querySelector('{PHONE} [data-fault=out_of_order]').disabled"
    assert page.run(disabled) is True
    dial(page)
    assert page.run(disabled) is False


@pytest.mark.parametrize("cut", ["user", "network"])
def test_a_session_that_is_cut_is_told(page: Page, here: Town, cut: str) -> None:
    before = here.count("ussd_session_ends")
    dial(page)
    page.click(f"{PHONE} [data-cut={cut}]")
    until(lambda: here.count("ussd_session_ends") == before + 1)
    assert page.text(SCREEN) == {
        "user": "", "network": "Connection problem or invalid MMI code",
    }[cut]  # fmt: skip


def test_an_end_that_the_program_gave_is_told_once(page: Page, here: Town) -> None:
    before = here.count("ussd_session_ends")
    assert "Too many wrong entries" in dial(page, "9", "9", "9")
    page.press("Enter")
    until(lambda: here.count("ussd_session_ends") == before + 1)
    with here.gateway.parts.db.statement() as tx:
        told = tx.one("select status, hops from ussd_session_ends order by at desc limit 1")
    assert told == ("Success", 4)


def test_a_page_that_is_left_hangs_up(page: Page, here: Town) -> None:
    before = here.count("ussd_session_ends")
    dial(page)
    page.go("about:blank")
    until(lambda: here.count("ussd_session_ends") == before + 1)


@pytest.mark.parametrize("gateway", TEXTS)
def test_an_sms_goes_through_the_gateway_that_is_chosen_and_is_measured(
    page: Page, here: Town, gateway: str
) -> None:
    before = here.count(f"mo_sms where channel = '{gateway}'")
    page.choose(f"{PHONE} [name=sms_gateway]", gateway)
    page.run("document.querySelector('#phone1 .write [name=text]').focus()")
    page.press(*"HELP")
    assert page.text(f"{PHONE} .length") == "4 of 160, 1 SMS"
    page.press("Enter")
    page.until(f"{PHONE} .inbox ol", "HELP")
    until(lambda: here.count(f"mo_sms where channel = '{gateway}'") == before + 1)


def test_a_dialogue_that_is_recorded_is_saved_as_a_journey_that_passes(
    page: Page, here: Town, folder: Path
) -> None:
    page.click(f"{PHONE} .record")
    page.run("document.querySelector('#phone1 .handset').focus()")
    dial(page, "1", "2", "08031110002", "3", "1", "7392")
    page.click(f"{PHONE} .record")
    assert page.text(f"{PHONE} .tape") == "7 steps recorded."
    page.click(f"{PHONE} .save")
    until(lambda: list(folder.glob("recorded_*.txt")))
    [saved] = folder.glob("recorded_*.txt")
    for gateway in PHONES:
        Journey(here.gateway, gateway, saved.read_text()).run()


def test_only_demo_accounts_can_be_recorded(page: Page) -> None:
    page.choose(f"{PHONE} [name=msisdn]", "new")
    assert page.run(f"document.querySelector('{PHONE} .record').disabled") is True
    assert "Only demo accounts" in page.text(f"{PHONE} .tape")


@pytest.mark.parametrize(("width", "phones"), [(1280, 2), (360, 1)])
def test_two_phones_fit_side_by_side_and_one_on_a_small_screen(
    page: Page, here: Town, width: int, phones: int
) -> None:
    page.go(f"{here.program}/simulator/?{width}", width)
    assert page.run("document.documentElement.scrollWidth") <= width
    tops = page.run(
        "[...document.querySelectorAll('.set:not([hidden]) .handset')]"
        ".map((one) => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(tops) == phones
    assert len(set(tops)) == 1
