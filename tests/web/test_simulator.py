"""The phone in the browser: what its page may load, and that it counts as the program does."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.operators import operator_of_network, operators_in
from app.web.application import create_app
from app.web.simulator import NETWORKS, Persona, simulator_blueprint
from menus.engine import gsm7

HERE = Path(__file__).resolve().parents[2] / "app" / "web" / "simulator"
STATIC = HERE / "static"
SANDBOX = "http://127.0.0.1:8001"
SCREENS = (
    "",
    "Balance NGN 5,000.00\n1. Buy airtime",
    "{a} [b] ~ ^ \\ | €",
    "àèéìòù ÄÖÑÜ§ ¿¡",
    "₦5",
)

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")


@pytest.fixture
def client() -> FlaskClient:
    personas = [Persona("+2348030000001", "demo subscriber"), Persona("+2348030000002", "agent")]
    return create_app([simulator_blueprint("*384*123#", SANDBOX, personas, 156)]).test_client()


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
        assert re.findall(r"https?://|[\"'(]//|@import|url\((?!#)", text) == []


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


def test_every_control_has_a_name_for_those_who_hear_the_page(page: str) -> None:
    for button in re.findall(r"<button.*?</button>", page, re.DOTALL):
        assert "aria-label=" in button or re.sub(r"<[^>]+>", "", button).strip()
    for field in re.findall(r"<input[^>]*>", page):
        assert "aria-label=" in field or f"MSISDN {field}" in page


def test_every_operator_can_be_chosen_and_so_can_none_and_an_unknown_one() -> None:
    reached = [operator_of_network(network.code, "NG") for network in NETWORKS]
    assert {op.code for op in reached if op} <= {op.code for op in operators_in("NG")}
    assert len([op for op in reached if op]) == 4
    for network, operator in zip(NETWORKS, reached, strict=True):
        assert network.carrier == (operator.name if operator else network.carrier)
    assert [network.code for network, op in zip(NETWORKS, reached, strict=True) if not op] == [
        "", "99999",
    ]  # fmt: skip


def test_the_page_counts_septets_by_the_same_alphabet() -> None:
    source = (STATIC / "gsm7.js").read_text()
    tables = {}
    for name, body in re.findall(r"export const (\w+) =\s*(.*?);\n", source, re.DOTALL):
        tables[name] = "".join(json.loads(part) for part in re.findall(r'"(?:\\.|[^"\\])*"', body))
    assert tables == {"BASIC": gsm7.BASIC, "EXTENDED": gsm7.EXTENDED}


@needs_node
def test_the_page_counts_the_same_septets_for_the_same_screens() -> None:
    counted = _node(
        f"""
        import {{ septets, strangers }} from "{STATIC}/gsm7.js";
        const screens = {json.dumps(SCREENS)};
        console.log(JSON.stringify([screens.map(septets), strangers("₦5 ₦ ƙ")]));
        """
    )
    expected = [gsm7.septets(text) if gsm7.is_gsm7(text) else None for text in SCREENS]
    assert counted == [expected, ["₦", "ƙ"]]


@needs_node
def test_a_session_grows_its_history_and_tells_its_end_as_the_gateway_does() -> None:
    sent = _node(
        f"""
        globalThis.crypto ??= {{ randomUUID: () => "1" }};
        globalThis.location = {{ origin: "http://here" }};
        const sent = [];
        globalThis.fetch = async (path, {{ body }}) => {{
          sent.push([path, Object.fromEntries(body)]);
          return new Response("CON Amount?", {{ headers: {{ "content-type": "text/plain" }} }});
        }};
        const {{ Session }} = await import("{STATIC}/session.js");
        const session = new Session("*384*123#", "*384*123*1*1#", "+2348030000001", "");
        const answer = await session.send();
        await session.send("2");
        session.end("Incomplete");
        console.log(JSON.stringify([answer.open, answer.text, answer.curl.slice(0, 60), sent]));
        """
    )
    is_open, text, curl, (first, second, end) = sent
    assert (is_open, text) == (True, "Amount?")
    assert curl.startswith("curl -X POST 'http://here/ussd/africastalking' --data '")
    assert first[0] == "/ussd/africastalking"
    assert first[1] == {
        "sessionId": first[1]["sessionId"], "serviceCode": "*384*123#",
        "phoneNumber": "+2348030000001", "text": "1*1",
    }  # fmt: skip
    assert second[1]["text"] == "1*1*2"
    assert second[1]["sessionId"] == end[1]["sessionId"] == first[1]["sessionId"]
    assert (end[0], end[1]["status"]) == ("/ussd/africastalking/events", "Incomplete")
    assert end[1]["hopsCount"] == "2"
    assert "input" not in end[1]


@needs_node
@pytest.mark.parametrize(
    ("code", "ours"),
    [("*384*123#", True), ("*384*123*1#", True), ("*384*1234#", False), ("*384*123*1", False)],
)
def test_the_phone_dials_the_short_code_and_what_lies_behind_it(code: str, ours: bool) -> None:
    reached = _node(
        f"""
        const {{ Session }} = await import("{STATIC}/session.js");
        console.log(Session.reaches("*384*123#", "{code}"));
        """
    )
    assert reached is ours


def _node(module: str) -> Any:
    done = subprocess.run(
        ["node", "--no-warnings", "--input-type=module", "-e", module],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
