"""A dialogue on the browser phone becomes a journey script, and the script passes."""

import json
from collections.abc import Iterator

import pytest

from app.bootstrap import SystemClock
from app.services.demo import AGENT, SUBSCRIBER
from providers.sandbox.phones import PHONES, Call
from tests.conftest import Servers, Urls
from tests.factories.gateway import Gateway, settings
from tests.factories.node import STATIC, needs_node, node
from tests.fakes.vendor import ScriptedVendor
from tests.journeys.test_journeys import SHORT_CODE, Journey

pytestmark = needs_node

OURS = {
    "recordedAs": "registered with NGN 5,000.00", "msisdn": SUBSCRIBER, "network": "62130",
    "demoPin": "7392",
}  # fmt: skip
AGENTS = OURS | {"recordedAs": "the demo agent", "msisdn": AGENT}
MENU = "Balance NGN 4,321.00\n1. Buy airtime\n3. Buy again: MTN NGN 200"
DIALLED_AGAIN = [
    ["dialled", SHORT_CODE],
    ["shown", "Balance NGN 4,800.00\n1. Buy airtime\n2. Buy data\n3. Buy again: MTN NGN 200\n"
     "4. Send money\n5. Wallet\n6. My account", False],
]  # fmt: skip
DIALLED = [["dialled", SHORT_CODE], ["shown", MENU, False]]


def script(*did: list[object], who: dict[str, str] = OURS) -> str:
    """What is saved after this was done."""
    text = node(
        f"""
        import {{ Script }} from "{STATIC}/script.js";
        const script = new Script({json.dumps(who)});
        for (const [what, ...how] of {json.dumps(did)}) script[what](...how);
        console.log(JSON.stringify(script.text()));
        """
    )
    assert isinstance(text, str)
    return text


def test_a_script_begins_with_who_dials_and_what_they_have() -> None:
    assert script(*DIALLED) == (
        "Recorded on the browser phone.\n"
        "\n"
        "as: registered with NGN 4,321.00\n"
        "\n"
        "dial *384*123#\n"
        "  Balance NGN 4,321.00\n"
        "  1. Buy airtime\n"
        "  3. ...\n"
    )


def test_an_agents_script_names_the_number_and_leaves_amounts_open() -> None:
    screen = "Float NGN 50,000.00, commission NGN 0.00"
    said = script(*DIALLED, ["typed", "7"], ["shown", screen, False], who=AGENTS)
    assert "as: the demo agent\nnumber: +2348030000002\n" in said
    assert "  Balance ...\n" in said
    assert "> 7\n  Float ..., commission ...\n" in said


def test_a_balance_that_is_not_shown_at_first_is_left_open_later() -> None:
    said = script(["dialled", SHORT_CODE], ["shown", "NexusTop\n1. Buy airtime", False],
                  ["typed", "5"], ["shown", "Balance NGN 17.50\n0. Back", False])  # fmt: skip
    assert "as: registered with NGN 5,000.00\n" in said
    assert "> 5\n  Balance ...\n  0. Back\n" in said


def test_another_network_is_written_down() -> None:
    assert "\nnetwork: 62150\n" in script(*DIALLED, who=OURS | {"network": "62150"})


@pytest.mark.parametrize(
    ("screen", "general"),
    [
        ("MTN airtime for 0803 000 0001", "MTN airtime for ..."),
        ("An SMS follows. Ref 7K3F9Q", "An SMS follows. Ref ..."),
        ("You bought this 12 min ago. Buy again?", "You bought this ... min ago. Buy again?"),
        ("Your PIN is locked until 14:30.", "Your PIN is locked until ...."),
        ("Staff answer by Monday. Ticket 4KWX7", "Staff answer by Monday. Ticket ..."),
    ],
)
def test_what_another_run_shows_otherwise_is_left_open(screen: str, general: str) -> None:
    assert script(*DIALLED, ["typed", "1"], ["shown", screen, False]).endswith(
        f"> 1\n  {general}\n"
    )


@pytest.mark.parametrize(
    ("typed", "written"), [("7392", "7392"), ("1234", "0000"), ("48151", "0000"), ("0", "0")]
)
def test_no_pin_but_the_demo_pin_is_written_down(typed: str, written: str) -> None:
    said = script(
        *DIALLED, ["typed", "1"], ["shown", "Enter PIN for NGN 200.00 MTN airtime\n0. Back", False],
        ["typed", typed], ["shown", "Thank you", True],
    )  # fmt: skip
    assert said.endswith(f"> {written}\n  END Thank you\n")


def test_an_answer_that_never_came_is_left_open() -> None:
    assert script(*DIALLED, ["typed", "1"]).endswith("> 1\n  ...\n")


def test_an_sms_that_came_in_means_that_the_workers_did_their_part() -> None:
    said = script(*DIALLED, ["received"], ["typed", "1"], ["shown", "Airtime for", False])
    assert said.endswith("\nlater\n> 1\n  Airtime for\n")


def test_nothing_is_recorded_before_a_code_is_dialled() -> None:
    before = [["received"], ["typed", "1234"], ["shown", "Airtime for", False]]
    assert script(*before, *DIALLED) == script(*DIALLED)


@pytest.fixture(scope="module")
def gateway(urls: Urls, servers: Servers) -> Iterator[Gateway]:
    vendor = ScriptedVendor(SystemClock(), "vtpass")
    wanted = settings(urls.program, servers.redis_url)
    with Gateway.to(wanted, providers={"vtpass": vendor}) as made:
        yield made


@pytest.fixture(scope="module")
def purchase(gateway: Gateway) -> str:
    """Airtime that the demo subscriber bought, as it is saved."""
    call = Call("recorded", SUBSCRIBER, SHORT_CODE, SHORT_CODE, "62130")
    keys = ("1", "1", "2", "1", "7392")
    did: list[list[object]] = [["dialled", SHORT_CODE]]
    for step in range(len(keys) + 1):
        did += [["typed", key] for key in keys[step - 1 : step]]
        wire = PHONES["africastalking"].hop(call, keys[:step])
        screen = gateway.show("africastalking", wire)
        did.append(["shown", screen.text, screen.close])
    return script(*did, ["received"], *DIALLED_AGAIN)


@pytest.mark.parametrize("name", PHONES)
def test_a_purchase_that_was_recorded_passes_behind_every_gateway(
    gateway: Gateway, purchase: str, name: str
) -> None:
    assert "> 7392\n  END Request received. NGN 200.00 MTN airtime for ...." in purchase
    Journey(gateway, name, purchase).run()


def test_a_recorded_script_that_shows_something_else_fails(gateway: Gateway) -> None:
    saved = script(["dialled", SHORT_CODE], ["shown", "Balance NGN 5,000.00\n1. Buy bread", False])
    with pytest.raises(AssertionError, match="Buy bread"):
        Journey(gateway, "africastalking", saved).run()
