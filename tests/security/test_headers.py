"""Every route of the program and the headers of what it answers."""

from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.web.access import Caller
from app.web.application import create_app
from app.web.backoffice.guard import no_page
from app.web.headers import DEFAULTS, HSTS
from tests.architecture.test_routes import every_blueprint

NAME = "shop.example"
AT = f"https://{NAME}"
KEPT = {"static_files.file", "simulator.static_file"}
"""What browsers may keep."""
METHODS = ("GET", "POST", "OPTIONS")
ODD = ("TRACE", "DELETE", "BREW")


@pytest.fixture(scope="module")
def app() -> Flask:
    """Everything there is, over HTTPS, whose views have nothing to work with."""
    return create_app(every_blueprint(), no_page, hosts={NAME}, https_only=True)


def paths(app: Flask) -> Iterator[tuple[Rule, str]]:
    with app.test_request_context(base_url=AT):
        for rule in app.url_map.iter_rules():
            numbers = {"int": 1}
            values = {name: numbers.get(type(rule._converters[name]).__name__[:3].lower(), "x")
                      for name in rule.arguments}  # fmt: skip
            yield rule, str(rule.build(values, append_unknown=False)[1])  # type: ignore[index]


def test_every_answer_of_every_route_and_method_carries_every_header(app: Flask) -> None:
    browser, wrong = app.test_client(), []
    for rule, path in paths(app):
        for method in METHODS:
            answer = browser.open(path, method=method, base_url=AT)
            missing = {*DEFAULTS, *HSTS} - {*answer.headers.keys()}
            policy = answer.headers.get("Content-Security-Policy", "")
            stored = answer.headers.get("Cache-Control") != "no-store"
            if (
                missing or "default-src 'none'" not in policy
                or "frame-ancestors 'none'" not in policy or "unsafe" in policy
                or (stored and rule.endpoint not in KEPT) or "Server" in answer.headers
            ):  # fmt: skip
                wrong.append((method, path, missing, policy))
    assert wrong == []


def test_a_method_that_no_route_takes_does_nothing(app: Flask) -> None:
    browser = app.test_client()
    taken = app.url_map.bind(NAME).allowed_methods
    for _, path in paths(app):
        for method in set(ODD) - set(taken(path)):
            answer = browser.open(path, method=method, base_url=AT, data=b"echo-this")
            assert answer.status_code in {404, 405}, (method, path)
            assert b"echo-this" not in answer.data


def test_nothing_is_told_of_an_error_but_that_there_was_one(app: Flask) -> None:
    for path in ("/healthz/../etc/passwd", "/nowhere", "/sms/africastalking/inbound", "/\x00"):
        text = app.test_client().post(path, base_url=AT).text
        for detail in ("Traceback", "Error:", ".py", "werkzeug", "flask", "psycopg", "gunicorn"):
            assert detail.lower() not in text.lower(), (path, detail)


@pytest.mark.parametrize(
    "named", ["evil.example", "shop.example.evil.example", "shop.example:8443", "127.0.0.1", ""]
)
def test_people_reach_it_by_its_own_name_only(app: Flask, named: str) -> None:
    browser = app.test_client()
    answer = browser.get("/backoffice/sign-in", headers={"Host": named}, base_url=AT)
    assert answer.status_code == 421
    assert "evil" not in answer.text


def test_load_balancers_and_gateways_may_use_another_name(app: Flask) -> None:
    assert app.test_client().get("/healthz", headers={"Host": "10.1.2.3"}).status_code == 200
    sms = app.test_client().post("/sms/africastalking/inbound", headers={"Host": "10.1.2.3"})
    assert sms.status_code == 500, "it got as far as the view, which has nothing to work with"


def test_browsers_are_sent_to_https_only_where_it_is_served() -> None:
    plain = create_app(every_blueprint()).test_client().get("/healthz")
    assert "Strict-Transport-Security" not in plain.headers


STATIC = ("/backoffice/static/x/{}", "/simulator/static/{}")
CLIMBS = (
    "../site.py",
    "..%2fsite.py",
    "%2e%2e/site.py",
    "%2e%2e%2fsite.py",
    "....//site.py",
    "..\\site.py",
    "..%5csite.py",
    "%252e%252e%252fsite.py",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "a/../../../../../../etc/passwd",
    "phone.js%00.txt",
    "C:/windows/win.ini",
    "~root/.bashrc",
)


@pytest.mark.parametrize("under", STATIC)
@pytest.mark.parametrize("climb", CLIMBS)
def test_no_path_leads_out_of_the_folders_of_static_files(
    app: Flask, under: str, climb: str
) -> None:
    answer = app.test_client().get(under.format(climb), base_url=AT)
    assert answer.status_code in {404, 308, 301}, answer.data[:80]
    if answer.location:
        again = app.test_client().get(answer.location, base_url=AT)
        assert again.status_code == 404


def test_the_simulator_is_served_by_the_demo_alone() -> None:
    app = create_app(every_blueprint())
    demo = {
        rule.endpoint.split(".")[0]
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "open_to", None) is Caller.DEMO
    }
    assert demo == {"simulator"}
