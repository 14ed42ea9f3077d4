"""SMS that were sent, and gateways, as staff see them."""

from app.db import outbox
from app.db.engine import Transaction
from app.services.send_sms import send_sms
from tests.backoffice.site import Site


def _send(site: Site, kind: str, **params: object) -> str:
    msisdn = site.world.subscriber()

    def queue(tx: Transaction) -> None:
        outbox.queue_sms(tx, msisdn, kind, "en", params, dedupe_key=f"test:{msisdn}")

    with site.world.db.transaction() as tx:
        queue(tx)
    send_sms(site.desk.sms, site.world.one("select max(id) from mt_sms"))
    return str(msisdn)


def test_an_sms_is_listed_masked_with_its_text_and_without_its_code(site: Site) -> None:
    to = _send(site, "broadcast_test", text="Call 0803 000 0001 or +2348030000002, NGN 1,500.00")
    _send(
        site, "withdrawal_code", code="482913", amount_minor=500, total_minor=500, currency="NGN",
        until="2026-03-02T13:30:00+00:00", country="NG", reference="7K3F9Q",
    )  # fmt: skip
    support = site.sign_in("support")
    page = support.get("/backoffice/messages").text
    assert to not in page
    assert "0803 000 0001" not in page
    assert "+2348030000002" not in page
    assert "NGN 1,500.00" in page
    assert "482913" not in page
    assert "(holds a code)" in page
    assert support.get("/backoffice/messages?kind=broadcast test&state=sent").status_code == 200
    assert support.get("/backoffice/messages?state=lost").status_code == 400


def test_a_gateway_is_stopped_and_started_for_a_reason_by_whoever_runs_routes(site: Site) -> None:
    path = "/backoffice/messages/gateways"
    admin = site.sign_in("admin")
    assert "everywhere" in admin.get(path).text
    assert admin.post(f"{path}/first/stop", **{"first-reason": ""}).status_code == 400
    assert admin.post(f"{path}/first/stop", **{"first-reason": "it is down"}).status_code == 303
    assert "stopped" in admin.get(path).text
    assert admin.post(f"{path}/first/start", **{"first-reason": "it is up"}).status_code == 303
    assert admin.post(f"{path}/third/stop", **{"third-reason": "it is up"}).status_code == 404
    assert admin.post(f"{path}/first/burn").status_code in {404, 405}
    assert [act for act, *_ in site.audited("sms_gateway.stop")] == [site.people["admin"].name]
    assert site.sign_in("support").post(f"{path}/first/stop").status_code == 403
