"""Merchants' servers in the back-office: keys and endpoints, shown once; what was delivered."""

import re

import pytest

from app.domain.api_callers import MerchantCaller
from app.domain.catalogue import AIRTIME
from app.domain.msisdn import Msisdn
from app.domain.purchases import Wanted
from app.ports.webhooks import WebhookAnswer
from app.services.approve import approve
from app.services.merchants.buy import Bought, buy
from app.services.merchants.deliver import WebhookContext, deliver_webhook
from app.services.merchants.endpoints import list_endpoints
from app.services.merchants.keys import NewKey, let_sell, list_keys, make_key, may_sell
from app.services.merchants.who_calls import merchant_of
from app.services.run_agents import put_float
from tests.backoffice.site import Browser, Site
from tests.backoffice.test_staff_page import key
from tests.factories.world import naira
from tests.merchants.shop import EVERY, HOOK, Server

WHY = "the partner asked for it"
OWN = "/backoffice/servers"
_SHOWN = re.compile(r"<code>(nx[kw]_[A-Za-z0-9_-]+)</code></p>")
KEY = {"key-label": "till 4", "key-kind": "test", "key-balance": "y", "key-webhooks": "y",
       "key-per_minute": "60", "key-days": "30"}  # fmt: skip
ENDPOINT = {"endpoint-url": HOOK, "endpoint-kind": "test", "endpoint-delivered": "y"}


def owner(site: Site) -> tuple[Browser, int, str]:
    """An agent's browser, the agent's id and number."""
    browser = site.sign_in("agent")
    assert browser.someone
    id_, number = site.world.all(
        "select a.subscriber_id, a.number from agents a join subscribers s"
        " on s.id = a.subscriber_id where s.msisdn = %s", browser.someone.agent,
    )[0]  # fmt: skip
    return browser, id_, number


def shown(text: str) -> str:
    found = _SHOWN.search(text)
    assert found, text[:2000]
    return found.group(1)


def test_an_agent_makes_a_key_that_is_shown_once_and_revokes_it(site: Site) -> None:
    browser, agent, _ = owner(site)
    made = browser.post(f"{OWN}/keys", **KEY)
    secret = shown(made.text)
    (row,) = list_keys(site.world.context, agent)
    assert (row.label, row.live, row.per_minute) == ("till 4", False, 60)
    assert row.scopes == ["float:read", "webhooks:manage"]
    page = browser.get(OWN).text
    assert row.id in page
    assert secret.rsplit("_", 1)[1] not in page
    again = browser.post(f"{OWN}/keys", **KEY)
    assert again.status_code == 400
    assert "another label" in again.text
    assert browser.post(f"{OWN}/keys/{row.id}/revoke").status_code == 400, "a reason is wanted"
    assert browser.post(f"{OWN}/keys/{row.id}/revoke", reason=WHY).status_code == 303
    assert browser.post(f"{OWN}/keys/{row.id}/revoke", reason=WHY).status_code == 404
    assert [detail["key"] for _, _, detail in site.audited("api_key.revoke")] == [row.id]


def test_live_selling_is_let_by_two_people_and_stopped_by_one(site: Site) -> None:
    browser, agent, number = owner(site)
    live = {**KEY, "key-label": "live", "key-kind": "live", "key-purchase": "y"}
    assert browser.post(f"{OWN}/keys", **live).status_code == 400
    path = f"/backoffice/agents/{number}/servers"
    admin = site.sign_in("admin")
    form = key(admin, path, "let-")
    for _ in range(2):
        sent = admin.post(f"{path}/let", **{"let-reason": WHY, "let-key": form})
        assert sent.status_code == 303
    tickets = site.world.all("select ticket from approvals where act = 'api_selling'"
                             " and state = 'asked'")  # fmt: skip
    assert len(tickets) == 1
    assert tickets[0][0] in admin.get(path).text
    assert admin.get(f"/backoffice/approvals/{tickets[0][0]}").status_code == 200
    approve(site.world.context, tickets[0][0], site.someone("finance_checker").name)
    assert may_sell(site.world.context, agent)
    refused = admin.post(f"{path}/keys", **live)
    assert refused.status_code == 400
    assert "made by the agent" in refused.text
    assert shown(browser.post(f"{OWN}/keys", **live).text).startswith("nxk_live_")
    assert admin.post(f"{path}/stop", **{"stop-reason": WHY}).status_code == 303
    assert not may_sell(site.world.context, agent)


def test_an_endpoint_is_added_tried_switched_and_its_log_read(site: Site) -> None:
    browser, agent, number = owner(site)
    secret = shown(browser.post(f"{OWN}/endpoints", **ENDPOINT).text)
    (row,) = list_endpoints(site.world.context, agent)
    path = f"{OWN}/endpoints/{row.reference}"
    rotated = browser.post(f"{path}/rotate", reason=WHY)
    assert shown(rotated.text) != secret
    sent = browser.post(f"{path}/ping")
    delivery = int(str(sent.location).rsplit("/", 1)[1])
    server = Server()
    server.answers.append(WebhookAnswer(500, "<script>alert(1)</script>"))
    webhooks = WebhookContext(site.world.context, server)
    deliver_webhook(webhooks, delivery)
    page = browser.get(f"{OWN}/deliveries/{delivery}").text
    assert "&lt;script&gt;alert(1)" in page
    assert server.told[0]["id"] in page
    for who, base in ((browser, OWN), (site.sign_in("support"),
                                       f"/backoffice/agents/{number}/servers")):  # fmt: skip
        listed = who.get(f"{base}/deliveries?state=waiting")
        assert f"{base}/deliveries/{delivery}" in listed.text
        assert who.get(f"{base}/deliveries?state=delivered").status_code == 200
        assert "No deliveries match" in who.get(f"{base}/deliveries?state=delivered").text
    site.world.clock.advance(seconds=90)
    deliver_webhook(webhooks, delivery)
    browser = site.browser()
    browser.sign_in(site.someone("agent"))
    assert browser.post(f"{OWN}/deliveries/{delivery}/replay", reason=WHY).status_code == 303
    assert site.audited("webhook.replay")[-1][1] == str(delivery)
    assert browser.post(f"{path}/replay", **{"replay-hours": "24", "replay-reason": WHY}
                        ).status_code == 303  # fmt: skip
    for act, state in (("off", "off"), ("on", "on"), ("delete", "")):
        assert browser.post(f"{path}/{act}", reason=WHY).status_code == 303
        left = [row.state for row in list_endpoints(site.world.context, agent)]
        assert left == ([state] if state else [])


def test_what_a_server_bought_stands_on_the_counters_pages(site: Site) -> None:
    browser, agent, _ = owner(site)
    assert browser.someone
    ctx, msisdn = site.world.context, browser.someone.agent
    put_float(ctx, msisdn, 10_000_00, f"receipt-{agent}", "cli:test", "")
    let_sell(ctx, agent, "cli:test", WHY)
    made = make_key(ctx, agent, NewKey(True, EVERY, "shop"), msisdn, staff=False)
    caller = merchant_of(ctx, made.whole, "203.0.113.7")
    assert isinstance(caller, MerchantCaller)
    wanted = Wanted("inv-1", Msisdn("+2348031230001"), "mtn-ng", AIRTIME, naira(200))
    bought = buy(ctx, caller, wanted)
    assert isinstance(bought, Bought)
    for path in ("desk", "day", "day/acts", f"receipts/{bought.purchase.id}"):
        page = browser.get(f"/backoffice/{path}")
        assert page.status_code == 200, path
        assert f"key {made.id}" in page.text, path


def test_staff_read_a_body_with_the_number_masked(site: Site) -> None:
    _, agent, number = owner(site)
    with site.world.db.transaction() as tx:
        event = tx.one(
            "insert into webhook_events (agent_id, live, kind, subject, data, at) values"
            " (%s, true, 'purchase.delivered', 'masked', %s::jsonb, now()) returning id",
            (agent, '{"msisdn": "+2348030000077"}'),
        )[0]  # fmt: skip
        endpoint = tx.one(
            "insert into webhook_endpoints (reference, agent_id, live, url, events, secret,"
            " made_by, made_at) values ('MASKED', %s, true, %s, '{ping}', 'x', 'x', now())"
            " returning id", (agent, HOOK),
        )[0]  # fmt: skip
        delivery = tx.one(
            "insert into webhook_deliveries (event_id, endpoint_id, agent_id, state, next_at,"
            " made_at) values (%s, %s, %s, 'dropped', now(), now()) returning id",
            (event, endpoint, agent),
        )[0]  # fmt: skip
    path = f"/backoffice/agents/{number}/servers/deliveries/{delivery}"
    assert "2348030000077" not in site.sign_in("support").get(path).text
    site.now = site.browser()
    site.now.sign_in(site.someone("agent"))
    assert "2348030000077" in site.get(f"{OWN}/deliveries/{delivery}").text


@pytest.mark.parametrize(
    "fields",
    [
        {"key-label": ""}, {"key-label": "x" * 41}, {"key-per_minute": "0"},
        {"key-per_minute": "abc"}, {"key-days": "-1"}, {"key-days": "99999"},
        {"key-networks": "nowhere"}, {"key-kind": "other"},
        {"key-balance": "", "key-webhooks": "", "key-label": "none"},
    ],
)  # fmt: skip
def test_a_key_that_cannot_be_is_not_made(site: Site, fields: dict[str, str]) -> None:
    browser, agent, _ = owner(site)
    before = len(list_keys(site.world.context, agent))
    sent = {name: value for name, value in (KEY | fields).items() if value or name == "key-label"}
    assert browser.post(f"{OWN}/keys", **sent).status_code == 400
    assert len(list_keys(site.world.context, agent)) == before


def test_nobody_reaches_another_agents_servers(site: Site) -> None:
    browser, agent, number = owner(site)
    browser.post(f"{OWN}/keys", **KEY)
    browser.post(f"{OWN}/endpoints", **ENDPOINT)
    (endpoint,) = list_endpoints(site.world.context, agent)
    key_id = list_keys(site.world.context, agent)[0].id
    other = site.browser()
    other.sign_in(site.someone("agent", new=True))
    assert other.post(f"{OWN}/keys/{key_id}/revoke", reason=WHY).status_code == 404
    for act in ("ping", "rotate", "off", "on", "delete"):
        sent = other.post(f"{OWN}/endpoints/{endpoint.reference}/{act}", reason=WHY)
        assert sent.status_code == 404, act
    assert other.get(f"/backoffice/agents/{number}/servers").status_code == 403
    support = site.sign_in("support")
    path = f"/backoffice/agents/{number}/servers"
    assert support.get(path).status_code == 200
    assert support.post(f"{path}/keys", **KEY).status_code == 403
    assert site.sign_in("admin").get("/backoffice/agents/0000000/servers").status_code == 404
    site.people.pop("agent")


def test_an_agents_own_pages_need_the_agent_not_a_teller(site: Site) -> None:
    assert site.sign_in("agent_teller").get(OWN).status_code == 403
