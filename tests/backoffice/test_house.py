"""What pages stand in: files that are served, navigation, words for moments, forms, errors."""

import base64
import gzip
import hashlib
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app.domain.money import Money
from app.domain.roles import Role
from app.services.backoffice.person import Person
from app.web.backoffice import moments, navigation
from app.web.backoffice.assets import FOLDER, Assets
from app.web.backoffice.forms import AmountField, Form, MoneyForm, MsisdnField, ReasonField
from app.web.backoffice.states import LOOKS, look_of
from tests.backoffice.site import Site

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "app/web/backoffice/templates"
_ROW = re.compile(r"\| `(?P<path>[^`]+)` \| `(?P<sum>sha384-[^`]+)` \|")
REFUSED = {
    "an inline style": r"\sstyle\s*=",
    "an inline script": r"<script\b(?![^>]*\s(src=|type=\"application/json\"))",
    "an inline style sheet": r"<style\b",
    "an inline handler": r"\son[a-z]+\s*=",
    "htmx's inline handlers": r"hx-on",
    "an htmx trigger filter": r"hx-trigger\s*=\s*['\"][^'\"]*\[",
    "evaluated values of htmx": r"hx-(vals|headers)\s*=\s*['\"]js:",
    "Bootstrap's scripts, which aren't here": r"data-bs-(toggle|target|dismiss)",
    "an address elsewhere": r"(src|href|action)\s*=\s*['\"](https?:)?//",
}


# --- files ---------------------------------------------------------------------------------------


def test_files_of_others_are_as_their_document_says() -> None:
    rows = _ROW.findall((ROOT / "docs/vendored.md").read_text())
    found = {}
    for folder in (
        "app/web/backoffice/static/vendor", "app/web/api/static/vendor", "tests/browser/vendor",
    ):  # fmt: skip
        for path in (ROOT / folder).rglob("*"):
            if path.is_file():
                digest = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
                found[str(path.relative_to(ROOT))] = f"sha384-{digest}"
    assert dict(rows) == found


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES))
)
def test_a_template_holds_nothing_its_policy_would_refuse(path: Path) -> None:
    text = path.read_text()
    assert [what for what, mark in REFUSED.items() if re.search(mark, text)] == []


@pytest.mark.parametrize("what", REFUSED)
def test_the_check_of_templates_sees_what_it_is_for(what: str) -> None:
    samples = (
        '<p style="color: red">', "<script>x()</script>", "<style>", '<a onclick="x()">',
        '<a hx-on:click="x()">', '<a hx-trigger="click[ctrlKey]">', "<a hx-vals='js:{}'>",
        '<a data-bs-toggle="dropdown">', '<img src="https://example.com/x.png">',
    )  # fmt: skip
    assert sum(bool(re.search(REFUSED[what], sample)) for sample in samples) == 1


def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    sprite = (FOLDER / "vendor/bootstrap-icons-1.13.2/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    named = {look.icon for look in LOOKS.values()} | {one.icon for one in navigation.NAV}
    for path in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r"icon\('([a-z0-9-]+)'\)", path.read_text()))
    assert named - known == set()


def test_a_file_is_kept_for_good_under_an_address_of_its_content(site: Site) -> None:
    asset = Assets().find("house.css")
    assert asset is not None
    path = f"/backoffice/static/{asset.version}/house.css"
    answer = site.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(answer.data) == (FOLDER / "house.css").read_bytes()
    assert site.get(path).data == (FOLDER / "house.css").read_bytes()
    assert site.get("/backoffice/static/000000000000/house.css").status_code == 404


def test_a_page_after_the_first_is_small(site: Site) -> None:
    site.sign_in("owner")
    assert len(site.get("/backoffice/orders").data) < 60_000


# --- pages ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "orders", "nothing", "orders?state=sold"])
def test_every_answer_has_its_headers(site: Site, path: str) -> None:
    site.sign_in("owner")
    headers = site.get(f"/backoffice/{path}").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]


def test_errors_are_pages_that_say_what_to_do(site: Site) -> None:
    site.sign_in("support")
    assert "There is no such page" in site.get("/backoffice/nothing").text
    assert "Your role may not open this" in site.get("/backoffice/audit").text
    refused = site.now.client.delete("/backoffice/orders")
    assert (refused.status_code, "This can&#39;t be done here" in refused.text) == (405, True)
    assert refused.headers["Cache-Control"] == "no-store"


def test_a_filter_that_cannot_be_read_is_answered_beside_it(site: Site) -> None:
    site.sign_in("support")
    answer = site.get("/backoffice/orders?msisdn=%3Cscript%3E")
    assert answer.status_code == 400
    assert "Type a whole mobile number" in answer.text
    assert "<script>" not in answer.text


def test_a_csv_is_for_whoever_may_export(site: Site) -> None:
    site.sign_in("support")
    assert site.get("/backoffice/orders?format=csv").status_code == 403
    site.sign_in("auditor")
    answer = site.get("/backoffice/orders?format=csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="orders.csv"'
    assert answer.data.decode("utf-8-sig").startswith("Placed (Africa/Lagos),Reference")


def test_another_persons_export_is_not_there(site: Site) -> None:
    site.sign_in("auditor")
    address = site.post("/backoffice/exports", list="orders").location
    assert site.get(address).status_code == 200
    site.sign_in("owner")
    assert site.get(address).status_code == 404


def test_a_theme_is_chosen_without_signing_in_and_leads_back(site: Site) -> None:
    answer = site.post("/backoffice/theme", theme="dark", back="/backoffice/sign-in")
    assert answer.location == "/backoffice/sign-in"
    assert 'data-bs-theme="dark"' in site.get("/backoffice/sign-in").text
    away = site.post("/backoffice/theme", theme="<b>", back="https://example.com/")
    assert away.location == "/backoffice/"


# --- navigation, moments, states -----------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_nobody_has_more_than_eight_entries(site: Site, role: Role) -> None:
    person = Person("staff", 1, "ada", role, "1", "UTC")
    seen = navigation.sections(person, {tab.endpoint for one in navigation.NAV for tab in one.tabs})
    assert len(seen) <= navigation.MOST_SECTIONS


def test_every_tab_leads_to_a_page_with_its_right(site: Site) -> None:
    for section in navigation.NAV:
        for tab in section.tabs:
            view = site.app.view_functions[tab.endpoint]
            assert getattr(view, "needs", None) is tab.right, tab


def test_no_page_is_in_two_places() -> None:
    counted = Counter(tab.endpoint for section in navigation.NAV for tab in section.tabs)
    assert [endpoint for endpoint, count in counted.items() if count > 1] == []


def test_a_moment_is_told_in_the_viewers_zone_with_its_name() -> None:
    now = datetime(2026, 11, 29, 13, 5, tzinfo=UTC)
    moment = datetime(2026, 11, 29, 13, 2, 7, tzinfo=UTC)
    assert moments.local(moment, "Africa/Lagos", now) == "29 Nov 14:02:07 WAT"
    assert moments.local(moment, "Africa/Nairobi", now) == "29 Nov 16:02:07 EAT"
    assert moments.local(moment.replace(year=2025), "UTC", now) == "29 Nov 2025 13:02:07 UTC"


@pytest.mark.parametrize(
    ("gone", "said"),
    [(0, "now"), (5, "5 s ago"), (125, "2 min ago"), (7_200, "2 h ago"), (-3_600, "in 1 h"),
     (172_800, "2 d ago"), (80_000_000, "2 y ago")],
)  # fmt: skip
def test_a_moment_has_an_age(gone: int, said: str) -> None:
    now = datetime(2026, 11, 29, 13, 5, tzinfo=UTC)
    assert moments.age(now - timedelta(seconds=gone), now) == said


def test_no_two_looks_share_a_shape() -> None:
    looks = set(LOOKS.values()) | {look_of("anything else")}
    assert len({look.icon for look in looks}) == len({look.tone for look in looks}) == len(looks)


# --- forms ---------------------------------------------------------------------------------------


class _Refund(MoneyForm):
    class Meta:
        csrf = False

    amount = AmountField(currency="NGN")
    msisdn = MsisdnField()
    reason = ReasonField()


def _filled(**typed: str) -> _Refund:
    good = {"amount": "500", "msisdn": "0803 000 0001", "reason": "Vendor said no", "key": "7K3F9Q"}
    with Flask("forms").test_request_context(method="POST", data=good | typed):
        form = _Refund()
        form.validate()
        return form


@pytest.mark.parametrize(
    ("typed", "minor"), [("500", 50_000), ("1,500.50", 150_050), ("NGN 20", 2_000)]
)
def test_an_amount_becomes_money(typed: str, minor: int) -> None:
    assert _filled(amount=typed).amount.data == Money(minor, "NGN")


@pytest.mark.parametrize("typed", ["", "-5", "0", "1e9", "five", "<b>", "9" * 30, "1.234", "²"])
def test_another_amount_is_answered_with_what_to_type(typed: str) -> None:
    assert _filled(amount=typed).errors["amount"] == [
        "Type an amount above zero in NGN, like 500 or 1500.00."
    ]


def test_a_number_becomes_an_msisdn() -> None:
    assert _filled().msisdn.data == "+2348030000001"
    assert "whole mobile number" in _filled(msisdn="0803").errors["msisdn"][0]


@pytest.mark.parametrize("typed", ["", "no", "x" * 301])
def test_a_reason_says_something(typed: str) -> None:
    assert _filled(reason=typed).errors["reason"]
    assert _filled(reason="two\nlines\0 of it").reason.data == "two lines of it"


def test_a_money_form_carries_a_fresh_key_and_keeps_the_one_it_was_sent_with() -> None:
    with Flask("forms").test_request_context():
        keys = {_Refund().key.data for _ in range(20)}
    assert len(keys) == 20
    assert _filled().key.data == "7K3F9Q"
    assert _filled(key="nonsense").errors["key"] == [
        "Reload the page and try again. Nothing was done."
    ]


def test_every_form_here_is_safe_from_forgery() -> None:
    app = Flask("forms")
    app.secret_key = "x"
    with app.test_request_context(method="POST", data={}):
        assert "csrf_token" in Form().hidden_tag()
        assert not Form().validate_on_submit()


@pytest.mark.parametrize(
    ("role", "there"), [(Role.SUPPORT, True), (Role.AGENT, False), (Role.AGENT_TELLER, False)]
)
def test_the_search_box_is_for_whoever_may_search(site: Site, role: Role, there: bool) -> None:
    site.sign_in(role)
    assert ('id="search"' in site.get("/backoffice/account").text) is there
