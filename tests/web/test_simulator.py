"""The phone in the browser: what its page may load, and that it counts as the program does."""

import json
import re
import shlex
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from app.domain.msisdn import parse_msisdn
from app.domain.operators import OPERATORS, operator_of_network, operator_of_prefix
from app.web.application import create_app
from app.web.simulator import NETWORKS, Line, Persona, simulator_blueprint
from menus.engine import gsm7
from tests.factories.node import STATIC, needs_node, node

SANDBOX = "http://127.0.0.1:8001"
SMS_GATEWAYS = ("africastalking", "kannel")
SCREENS = (
    "",
    "Balance NGN 5,000.00\n1. Buy airtime",
    "{a} [b] ~ ^ \\ | €",
    "àèéìòù ÄÖÑÜ§ ¿¡",
    "₦5",
)


@pytest.fixture
def client() -> FlaskClient:
    personas = [
        Persona("+2348030000001", "subscriber", "registered with NGN 5,000.00"),
        Persona("+2348030000002", "agent", "the demo agent"),
    ]
    lines = [Line("africastalking", 156), Line("hubtel", 182), Line("madapi", 160)]
    phone = simulator_blueprint("*384*123#", SANDBOX, personas, lines, SMS_GATEWAYS, "7392")
    return create_app([phone]).test_client()


@pytest.fixture
def page(client: FlaskClient) -> str:
    return client.get("/simulator/").get_data(as_text=True)


def test_the_page_may_talk_to_the_program_and_the_sandbox_only(client: FlaskClient) -> None:
    answer = client.get("/simulator/")
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";")
    )
    assert policy["connect-src"] == f"'self' {SANDBOX}"
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_without_its_slash_leads_to_it(client: FlaskClient) -> None:
    assert client.get("/simulator").headers["Location"] == "/simulator/"


def test_the_page_holds_nothing_its_policy_would_refuse(page: str) -> None:
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", page) == []


def test_nothing_is_fetched_from_elsewhere(page: str) -> None:
    texts = [page.replace(SANDBOX, ""), *(path.read_text() for path in STATIC.iterdir())]
    for text in texts:
        assert re.findall(r"https?://|[\"'(]//|@import|\burl\((?!#)", text) == []


def test_every_file_named_by_the_page_or_by_a_module_is_there(page: str) -> None:
    named = set(re.findall(r'(?:src|href)="static/([^"]+)"', page))
    for module in STATIC.glob("*.js"):
        named |= set(re.findall(r'from "\./([^"]+)"', module.read_text()))
    assert named == {path.name for path in STATIC.iterdir()}


def test_every_icon_used_is_drawn(page: str) -> None:
    assert set(re.findall(r'href="#(\w+)"', page)) <= set(re.findall(r'<symbol id="(\w+)"', page))


@pytest.mark.parametrize("path", sorted(STATIC.iterdir()), ids=lambda path: path.name)
def test_a_static_file_comes_with_its_type(client: FlaskClient, path: Path) -> None:
    with client.get(f"/simulator/static/{path.name}") as answer:
        assert answer.status_code == 200
        assert answer.mimetype in {".js": ("text/javascript",), ".css": ("text/css",)}[path.suffix]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["nothing.js", "../__init__.py", "..%2f__init__.py"])
def test_nothing_but_static_files_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/simulator/static/{name}").status_code == 404


def test_each_phone_offers_the_personas_a_new_number_and_a_typed_one(page: str) -> None:
    for value in ("+2348030000001", "+2348030000002", "new", "typed"):
        assert page.count(f'<option value="{value}"') == 2


def test_each_phone_can_be_behind_each_gateway_with_its_own_budget(page: str) -> None:
    offered = re.findall(r'<option value="(\w+)" data-budget="(\d+)">([^<]+)<', page)
    assert offered == 2 * [
        ("africastalking", "156", "Africa&#39;s Talking"), ("hubtel", "182", "Hubtel"),
        ("madapi", "160", "MTN MADAPI"),
    ]  # fmt: skip


def test_each_phone_writes_through_each_sms_gateway(page: str) -> None:
    offered = re.findall(r'<option value="(\w+)">([^<]+)<', page.replace("data-", ""))
    through = [one for one in offered if one[0] in SMS_GATEWAYS]
    assert through == 2 * [("africastalking", "Africa&#39;s Talking"), ("kannel", "Kannel")]


@pytest.mark.parametrize(
    ("gateways", "form", "choice"),
    [((), True, True), (("kannel",), False, True), (SMS_GATEWAYS, False, False)],
)
def test_what_gives_no_choice_is_hidden(
    gateways: tuple[str, ...], form: bool, choice: bool
) -> None:
    phone = simulator_blueprint("*384*123#", SANDBOX, [], [], gateways, "7392")
    page = create_app([phone]).test_client().get("/simulator/").get_data(as_text=True)
    assert (re.search(r'class="write"[^>]* hidden', page) is not None) is form
    assert (re.search(r"<label hidden>through", page) is not None) is choice


def test_only_the_personas_are_recorded_since_their_pin_is_no_secret(page: str) -> None:
    recorded = re.findall(r'<option value="([^"]+)" data-recorded-as="([^"]+)"', page)
    assert recorded == 2 * [
        ("+2348030000001", "registered with NGN 5,000.00"), ("+2348030000002", "the demo agent"),
    ]  # fmt: skip


def test_every_control_has_a_name_for_those_who_hear_the_page(page: str) -> None:
    for button in re.findall(r"<button.*?</button>", page, re.DOTALL):
        assert "aria-label=" in button or re.sub(r"<[^>]+>", "", button).strip()
    for field in re.findall(r"<(?:input|select)[^>]*>", page):
        before = page[: page.index(field)].rsplit(">", 1)[1].strip()
        assert "aria-label=" in field or before


def test_every_operator_can_be_chosen_and_so_can_none_and_an_unknown_one() -> None:
    offered = [network for country in NETWORKS.values() for network in country]
    chosen = {operator.network_codes[-1]: operator.name for operator in OPERATORS.values()}
    assert {network.code: network.carrier for network in offered} == chosen | {
        "": "No code", "99999": "Unknown",
    }  # fmt: skip


def test_a_new_number_is_one_of_the_network_that_is_chosen() -> None:
    for network in (network for country in NETWORKS.values() for network in country):
        msisdn = parse_msisdn(network.numbers.replace("x", "3"))
        operator = operator_of_prefix(msisdn)
        assert operator is not None
        if network.code not in {"", "99999"}:
            assert operator_of_network(network.code, operator.country) == operator


def test_the_page_counts_septets_by_the_same_alphabet() -> None:
    source = (STATIC / "gsm7.js").read_text()
    tables = {}
    for name, body in re.findall(r"export const (\w+) =\s*(.*?);\n", source, re.DOTALL):
        tables[name] = "".join(json.loads(part) for part in re.findall(r'"(?:\\.|[^"\\])*"', body))
    assert tables == {"BASIC": gsm7.BASIC, "EXTENDED": gsm7.EXTENDED}


@needs_node
def test_the_page_counts_the_same_septets_for_the_same_screens() -> None:
    counted = node(
        f"""
        import {{ septets, strangers }} from "{STATIC}/gsm7.js";
        const screens = {json.dumps(SCREENS)};
        console.log(JSON.stringify([screens.map(septets), strangers("₦5 ₦ ƙ")]));
        """
    )
    expected = [gsm7.septets(text) if gsm7.is_gsm7(text) else None for text in SCREENS]
    assert counted == [expected, ["₦", "ƙ"]]


@needs_node
@pytest.mark.parametrize(
    ("text", "length"),
    [("BAL", [3, 160, 1]), ("a" * 160, [160, 160, 1]), ("a" * 161, [161, 306, 2]),
     ("{" * 80, [160, 160, 1]), ("₦" * 70, [70, 70, 1]), ("₦" * 71, [71, 134, 2])],
    ids=["short", "one full", "two", "extended", "one UCS-2", "two UCS-2"],
)  # fmt: skip
def test_an_sms_is_measured_as_it_is_paid_for(text: str, length: list[int]) -> None:
    measured = node(
        f"""
        import {{ parts }} from "{STATIC}/gsm7.js";
        const {{ used, room, count }} = parts({json.dumps(text)});
        console.log(JSON.stringify([used, room, count]));
        """
    )
    assert measured == length


@needs_node
def test_a_session_is_put_through_hop_by_hop_and_its_end_is_told() -> None:
    sent = node(
        f"""
        globalThis.crypto ??= {{ randomUUID: () => "1" }};
        const sent = [];
        globalThis.fetch = async (address, {{ body, keepalive }}) => {{
          sent.push([address, JSON.parse(body), Boolean(keepalive)]);
          return new Response(JSON.stringify({{ text: "Amount?", close: false }}));
        }};
        const {{ Session }} = await import("{STATIC}/session.js");
        const {{ Switchboard }} = await import("{STATIC}/switchboard.js");
        const board = new Switchboard("{SANDBOX}");
        const session = new Session(board, "hubtel", "*384*123*1*1#", "+2348030000001", "62130");
        const said = await session.send(undefined, {{ fault: "", delay: 0 }});
        await session.send("2", {{ fault: "lost_answer", delay: 2000 }});
        await session.send(undefined, {{ fault: "", delay: 0 }});
        session.end(true);
        console.log(JSON.stringify([said.text, session.hops, sent]));
        """
    )
    text, hops, (first, second, again, end) = sent
    assert (text, hops) == ("Amount?", 3)
    assert first == [
        f"{SANDBOX}/control/ussd",
        {
            "gateway": "hubtel", "session": first[1]["session"], "msisdn": "+2348030000001",
            "dialled": "*384*123*1*1#", "network": "62130", "typed": [], "fault": "", "delay_ms": 0,
        },
        False,
    ]  # fmt: skip
    assert second[1] == first[1] | {"typed": ["2"], "fault": "lost_answer", "delay_ms": 2_000}
    assert again[1] == first[1] | {"typed": ["2"]}
    assert end[0] == f"{SANDBOX}/control/ussd/end"
    assert (end[1]["typed"], end[1]["hung_up"], end[2]) == (["2"], True, True)


@needs_node
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/ussd/hubtel", '{"Message": "it\'s"}'),
        ("GET", "/ussd/safaricom?ORIG=1&DEST=2", ""),
    ],
)
def test_a_request_is_copied_as_a_command_that_sends_it_again(
    method: str, path: str, body: str
) -> None:
    request = {"method": method, "path": path, "body": body, "headers": {"Content-Type": "a/b"}}
    command = node(
        f"""
        const {{ curl }} = await import("{STATIC}/drawer.js");
        console.log(JSON.stringify(curl("http://here", {json.dumps(request)})));
        """
    )
    data = ["--data-raw", body] if body else []
    assert shlex.split(command) == [
        "curl", "-X", method, f"http://here{path}", "-H", "Content-Type: a/b", *data,
    ]  # fmt: skip


@needs_node
@pytest.mark.parametrize(
    ("code", "ours"),
    [("*384*123#", True), ("*384*123*1#", True), ("*384*1234#", False), ("*384*123*1", False)],
)
def test_the_phone_dials_the_short_code_and_what_lies_behind_it(code: str, ours: bool) -> None:
    reached = node(
        f"""
        const {{ Session }} = await import("{STATIC}/session.js");
        console.log(Session.reaches("*384*123#", "{code}"));
        """
    )
    assert reached is ours
