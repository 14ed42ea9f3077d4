"""Webhooks: one event for each final state, told at least once, signed, and told again by hand."""

import hmac
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from app.db import webhook_events
from app.domain.outcomes import Declined
from app.domain.purchases import Purchase
from app.domain.secret import Secret
from app.domain.webhooks import LONGEST_SHOWN, PAUSES
from app.ports.webhooks import WebhookAnswer
from app.security.field_encryption import FieldCipher
from app.services.merchants import endpoints
from app.services.merchants.deliver import Places, WebhookContext, deliver_webhook
from app.services.merchants.replay import find_delivery, latest_deliveries, replay_since
from app.services.merchants.replay import replay as send_again
from app.services.renew_fields import renew_fields
from app.services.run_agents import put_float
from app.services.staff_refused import StaffRefused
from app.services.sweep import tidy
from tests.factories.races import meet_at
from tests.factories.world import World, naira
from tests.fakes.vendor import ScriptedVendor
from tests.merchants.shop import HOOK, Crashed, Shop

DOWN = WebhookAnswer(503, "busy")
_STATES = ("placed", "sending", "pending", "unknown")


def _delivery(shop: Shop) -> int:
    return int(shop.world.one("select max(id) from webhook_deliveries"))


def _good(secret: Secret, header: str, body: bytes) -> bool:
    parts = dict(part.split("=", 1) for part in header.split(","))
    wanted = hmac.new(secret.value.encode(), f"{parts['t']}.".encode() + body, sha256).hexdigest()
    return any(part == f"v1={wanted}" for part in header.split(","))


def test_a_delivered_purchase_is_told_once_and_signed(shop: Shop) -> None:
    made = shop.endpoint()
    bought = shop.buy(shop.caller()).purchase
    shop.pass_time(3)
    ((url, headers, body),) = shop.server.posts
    assert url == HOOK
    event = json.loads(body)
    assert event.keys() == {"id", "type", "created", "live", "data"}
    assert (event["type"], event["live"]) == ("purchase.delivered", True)
    assert event["data"]["id"] == bought.id
    assert event["data"]["client_reference"] == "inv-1"
    assert event["data"]["msisdn"] == "+2348031230001"
    assert headers["NexusTop-Event"] == event["id"]
    assert _good(made.secret, headers["NexusTop-Signature"], body)
    assert headers["NexusTop-Signature"].startswith("t=")
    assert shop.deliveries() == [("delivered", 1)]


def test_each_final_state_is_one_event_whoever_sells(shop: Shop, vendor: ScriptedVendor) -> None:
    shop.endpoint()
    caller = shop.caller()
    vendor.answers.append(Declined("barred", "sale"))
    for reference in ("a", "b", "c"):
        shop.buy(caller, reference)
    shop.world.buy(shop.msisdn, to="+2348031230001")  # from the wallet, by phone: not the server's
    shop.pass_time(5)
    assert Counter(shop.server.kinds) == {"purchase.declined": 1, "purchase.delivered": 2}
    assert shop.world.one("select count(*) from webhook_events where agent_id = %s", shop.id) == 3


def test_no_event_without_its_commit_and_no_commit_without_its_event(shop: Shop) -> None:
    shop.endpoint()
    bought = shop.buy(shop.caller()).purchase
    ctx = shop.world.context
    with pytest.raises(Crashed):
        _end_and_crash(shop, _ended(bought))
    assert shop.world.one("select count(*) from webhook_events where agent_id = %s", shop.id) == 0
    with ctx.db.transaction() as tx:
        for _ in range(2):
            webhook_events.purchase_ended(tx, shop.id, _ended(bought), ctx.clock.now())
    assert shop.world.one("select count(*) from webhook_events where agent_id = %s", shop.id) == 1


def _ended(bought: Purchase) -> Purchase:
    return replace(bought, state="delivered")


def _end_and_crash(shop: Shop, bought: Purchase) -> None:
    with shop.world.db.transaction() as tx:
        webhook_events.purchase_ended(tx, shop.id, bought, shop.world.clock.now())
        raise Crashed


def test_a_worker_that_dies_after_posting_posts_the_same_event_again(shop: Shop) -> None:
    shop.endpoint()
    shop.buy(shop.caller())
    shop.server.answers.append(Crashed())
    with pytest.raises(Crashed):
        shop.pass_time(3)
    assert shop.deliveries() == [("waiting", 1)]
    shop.pass_time(58)
    assert len(shop.server.posts) == 1
    shop.pass_time(15, 5)
    first, second = shop.server.posts
    assert first[2] == second[2]
    assert first[1]["NexusTop-Event"] == second[1]["NexusTop-Event"]
    assert shop.deliveries() == [("delivered", 2)]


def test_two_workers_at_once_post_it_once(shop: Shop) -> None:
    shop.endpoint()
    shop.world.jobs.pop("webhook")
    shop.buy(shop.caller())
    shop.pass_time(3)
    delivery = _delivery(shop)
    meet_at(
        shop.world.db,
        lambda tx: tx.run("select from webhook_deliveries where id = %s for update", (delivery,)),
        [lambda: shop.deliver(delivery) for _ in range(3)],
    )
    assert len(shop.server.posts) == 1
    assert shop.deliveries() == [("delivered", 1)]


def test_it_is_tried_for_three_days_and_then_has_failed(shop: Shop) -> None:
    shop.endpoint()
    shop.server.answers.extend([DOWN] * 20)
    shop.buy(shop.caller())
    shop.pass_time(3)
    began, tried_after = shop.world.clock.now(), []
    for pause in PAUSES:
        tried = len(shop.server.posts)
        shop.pass_time(pause.total_seconds() - 40, 3_600)
        assert len(shop.server.posts) == tried
        shop.pass_time(40, 5)
        assert len(shop.server.posts) == tried + 1
        tried_after.append(shop.world.clock.now() - began)
    assert tried_after[-1] < timedelta(days=3)
    assert shop.deliveries() == [("failed", len(PAUSES) + 1)]
    found = find_delivery(shop.world.context, shop.id, _delivery(shop))
    assert found is not None
    assert {(one.status, one.answer) for one in found.tries} == {(503, "busy")}
    assert len({body for _, _, body in shop.server.posts}) == 1


def test_an_endpoint_that_fails_for_days_is_switched_off_and_its_owner_told(shop: Shop) -> None:
    made = shop.endpoint()
    shop.server.answers.extend([WebhookAnswer(None, fault="connect")] * 200)
    caller = shop.caller()
    for day in range(6):
        shop.buy(caller, f"day-{day}")
        shop.pass_time(86_400, 21_600)
    (row,) = endpoints.list_endpoints(shop.world.context, shop.id)
    assert (row.state, row.state_why) == ("off", "failed for 5 days")
    assert shop.world.sms(shop.msisdn).count("webhook_off") == 1
    assert {state for state, _ in shop.deliveries()} <= {"failed", "dropped"}
    posts = len(shop.server.posts)
    shop.server.answers.clear()
    shop.buy(caller, "after")
    shop.pass_time(60, 10)
    assert len(shop.server.posts) == posts
    # Switched on, nothing is lost: what happened meanwhile is sent by a replay.
    endpoints.switch_on(shop.world.context, shop.id, made.row.reference, "agent")
    since = shop.world.clock.now() - timedelta(hours=1)
    assert replay_since(shop.world.context, shop.id, made.row.reference, since, "agent") == 1
    shop.pass_time(15, 5)
    assert shop.server.told[-1]["data"]["client_reference"] == "after"


def test_a_good_answer_ends_the_count_of_days(shop: Shop) -> None:
    shop.endpoint()
    caller = shop.caller()
    for day in range(8):
        shop.server.answers.append(DOWN)
        shop.buy(caller, f"day-{day}")
        shop.pass_time(86_400, 21_600)
    (row,) = endpoints.list_endpoints(shop.world.context, shop.id)
    assert (row.state, row.failing_since) == ("on", None)


def test_while_a_secret_is_replaced_both_sign(shop: Shop) -> None:
    made = shop.endpoint()
    ctx = shop.world.context
    fresh = endpoints.rotate_secret(ctx, shop.id, made.row.reference, "agent")
    assert fresh is not None
    caller = shop.caller()
    shop.buy(caller, "a")
    shop.pass_time(3)
    shop.world.clock.advance(hours=24)
    shop.buy(caller, "b")
    shop.pass_time(3)
    (_, both, body), (_, one, last) = shop.server.posts
    assert both["NexusTop-Signature"].count("v1=") == 2
    assert _good(made.secret, both["NexusTop-Signature"], body)
    assert _good(fresh.secret, both["NexusTop-Signature"], body)
    assert one["NexusTop-Signature"].count("v1=") == 1
    assert _good(fresh.secret, one["NexusTop-Signature"], last)
    stored = shop.world.one("select e::text from webhook_endpoints e where id = %s", made.row.id)
    assert made.secret.value not in stored
    assert fresh.secret.value not in stored


def test_secrets_are_renewed_with_the_other_fields(shop: Shop) -> None:
    made = shop.endpoint()
    ctx = shop.world.context
    endpoints.rotate_secret(ctx, shop.id, made.row.reference, "agent")
    later = replace(ctx, fields=FieldCipher("f2:a-newer-key-of-tests,f1:field-key-of-tests"))
    renew_fields(later)
    alone = replace(ctx, fields=FieldCipher("f2:a-newer-key-of-tests"))
    shop.webhooks = WebhookContext(alone, shop.server)
    shop.buy(shop.caller())
    shop.pass_time(3)
    ((_, headers, body),) = shop.server.posts
    assert _good(made.secret, headers["NexusTop-Signature"], body)


def test_the_float_is_told_of(shop: Shop) -> None:
    shop.endpoint("float.low", "float.credited")
    caller = shop.caller()
    put_float(shop.world.context, shop.msisdn, 100_00, "receipt-9", "cli:test", "paid")
    shop.buy(caller, "a", naira(5_000))
    shop.buy(caller, "b", naira(200))
    shop.buy(caller, "c", naira(200))
    shop.pass_time(3)
    told = {event["type"]: event["data"] for event in shop.server.told}
    assert shop.server.kinds.count("float.low") == 1
    assert told["float.credited"]["amount_minor"] == 100_00
    assert told["float.credited"]["float_minor"] == 10_100_00
    assert told["float.low"]["float_minor"] == 4_900_00
    assert told["float.low"]["low_below_minor"] == 5_000_00


def test_an_agent_without_keys_has_no_events(shop: Shop) -> None:
    put_float(shop.world.context, shop.msisdn, 100_00, "receipt-9", "cli:test", "paid")
    assert shop.world.one("select count(*) from webhook_events where agent_id = %s", shop.id) == 0


def test_a_replay_sends_the_same_event_and_is_audited(shop: Shop) -> None:
    shop.endpoint()
    shop.buy(shop.caller())
    shop.pass_time(3)
    ctx, delivery = shop.world.context, _delivery(shop)
    assert send_again(ctx, shop.id, delivery, "staff@x.example")
    assert not send_again(ctx, shop.id, delivery, "staff@x.example")  # it waits already
    assert not send_again(ctx, shop.id + 1, delivery, "another merchant")
    shop.pass_time(3)
    first, second = shop.server.posts
    assert first[2] == second[2]
    found = find_delivery(ctx, shop.id, delivery)
    assert found is not None
    assert (found.row.state, found.row.tries) == ("delivered", 2)
    acts = "select act, actor from audit where subject = %s"
    assert shop.world.all(acts, str(delivery)) == [("webhook.replay", "staff@x.example")]


def test_an_endpoint_added_later_is_sent_the_past_by_a_replay(shop: Shop) -> None:
    caller = shop.caller()
    for reference in ("a", "b"):
        shop.buy(caller, reference)
    shop.pass_time(3)
    since = shop.world.clock.now() - timedelta(hours=1)
    made = shop.endpoint()
    assert replay_since(shop.world.context, shop.id, made.row.reference, since, "agent") == 2
    assert replay_since(shop.world.context, shop.id, made.row.reference, since, "agent") == 0
    shop.pass_time(3)
    assert shop.server.kinds == ["purchase.delivered"] * 2
    with pytest.raises(StaffRefused, match="90 days"):
        replay_since(
            shop.world.context, shop.id, made.row.reference, since - timedelta(days=91), "agent"
        )


def test_a_ping_goes_to_one_endpoint_whatever_it_has_chosen(shop: Shop) -> None:
    made, _ = shop.endpoint("float.low"), shop.endpoint(url=f"{HOOK}/2")
    shop.key()
    assert endpoints.ping(shop.world.context, shop.id, made.row.reference) is not None
    assert endpoints.ping(shop.world.context, shop.id + 1, made.row.reference) is None
    shop.pass_time(3)
    assert shop.server.kinds == ["ping"]


def test_what_waits_for_an_endpoint_that_is_deleted_is_dropped(shop: Shop) -> None:
    made = shop.endpoint()
    caller = shop.caller()
    shop.server.answers.append(DOWN)
    shop.buy(caller, "a")
    shop.pass_time(3)
    assert endpoints.delete_endpoint(shop.world.context, shop.id, made.row.reference, "agent")
    assert not endpoints.delete_endpoint(shop.world.context, shop.id, made.row.reference, "agent")
    shop.buy(caller, "b")
    shop.pass_time(70, 10)
    assert len(shop.server.posts) == 1
    assert shop.deliveries() == [("dropped", 1)]
    assert not send_again(shop.world.context, shop.id, _delivery(shop), "agent")


def test_what_waits_goes_in_a_row_to_an_endpoint_with_few_places(shop: Shop) -> None:
    shop.endpoint()
    shop.webhooks = WebhookContext(shop.world.context, shop.server, Places(1, 1))
    shop.world.jobs.pop("webhook")
    caller = shop.caller()
    for number in range(5):
        shop.buy(caller, f"r{number}")
    shop.pass_time(3)
    shop.deliver(_delivery(shop))
    assert len(shop.server.posts) == 5
    # One that hangs keeps its place; another delivery to it waits for the sweeper.
    places = Places(4, 1)
    assert places.enter(1)
    assert not places.enter(1)
    assert places.enter(2)
    busy = WebhookContext(shop.world.context, shop.server, Places(0, 1))
    shop.buy(caller, "last")
    shop.pass_time(3)
    deliver_webhook(busy, _delivery(shop))
    assert len(shop.server.posts) == 5


def test_an_answer_is_kept_cut_and_printable(shop: Shop) -> None:
    shop.endpoint()
    shop.server.answers.append(WebhookAnswer(500, "<b>\x00\x1b[31m" + "x" * 9_000))
    shop.buy(shop.caller())
    shop.pass_time(3)
    found = find_delivery(shop.world.context, shop.id, _delivery(shop))
    assert found is not None
    (made,) = found.tries
    assert len(made.answer) == LONGEST_SHOWN
    assert made.answer.isprintable()


def test_old_events_are_forgotten(shop: Shop) -> None:
    shop.endpoint()
    shop.buy(shop.caller())
    shop.buy(shop.caller(live=False))
    shop.pass_time(3)
    (row,) = latest_deliveries(shop.world.context, shop.id, 10, live=True)
    assert shop.world.one("select count(*) from webhook_tries where delivery_id = %s", row.id) == 1
    shop.world.clock.advance(days=91)
    tidy(shop.world.db, shop.world.clock)
    assert shop.deliveries() == []
    assert shop.world.one("select count(*) from webhook_tries where delivery_id = %s", row.id) == 0
    assert shop.world.one("select count(*) from test_purchases where agent_id = %s", shop.id) == 0


@pytest.mark.parametrize(
    ("url", "events"),
    [("http://hooks.example.com/", ["float.low"]), (HOOK, []), (HOOK, ["ping"]),
     (HOOK, ["float.low", "everything"])],
)  # fmt: skip
def test_what_an_endpoint_cannot_be_is_said(shop: Shop, url: str, events: list[str]) -> None:
    with pytest.raises(StaffRefused):
        endpoints.add_endpoint(shop.world.context, shop.id, url, events, "agent", live=True)


def test_there_are_five_endpoints_at_most(shop: Shop, world: World) -> None:
    for number in range(4):
        shop.endpoint(url=f"{HOOK}/{number}")
    with pytest.raises(StaffRefused, match="already"):
        shop.endpoint(url=f"{HOOK}/0")
    shop.endpoint()
    with pytest.raises(StaffRefused, match="delete one"):
        shop.endpoint(url=f"{HOOK}/6")
    shop.endpoint(live=False)
