"""The page of one subscriber: who it is, what is done there, by whom, and what it never shows."""

import re
from datetime import timedelta

import pytest
import redis

from app.domain.msisdn import Msisdn, spoken
from app.domain.roles import GRANTS, Right, Role
from app.ports.channels import MoSms, MtSms, SmsAccepted, SmsOutcome
from app.services.copy_hops import copy_hops
from app.services.mo_sms import handle
from app.services.record_swap import record_swap
from app.services.send_sms import SmsContext, send_sms
from app.sessions import hop_stream
from tests.backoffice.site import Site
from tests.conftest import Urls
from tests.factories.gateway import Gateway, settings
from tests.factories.world import World, naira

REASON = "caller asked for it"


class Handset:
    """Takes every SMS, as a gateway does."""

    name = "africastalking"

    def __init__(self) -> None:
        self.sent: list[MtSms] = []

    def send(self, sms: MtSms) -> SmsOutcome:
        self.sent.append(sms)
        return SmsAccepted(f"X{len(self.sent)}")


def identity(world: World, msisdn: Msisdn) -> int:
    return int(world.one("select id from subscribers where msisdn = %s", msisdn))


def path(world: World, msisdn: Msisdn, tail: str = "") -> str:
    return f"/backoffice/subscribers/{identity(world, msisdn)}{tail}"


def kept(world: World, msisdn: Msisdn, column: str) -> object:
    return world.one(f"select {column} from subscribers where msisdn = %s", msisdn)


# --- what is seen --------------------------------------------------------------------------------


def test_the_page_says_who_it_is_with_the_number_masked(site: Site, world: World) -> None:
    msisdn = world.subscriber(naira(1_500))
    record_swap(world.context, msisdn, world.clock.now() - timedelta(hours=1), "cli:test", REASON)
    site.sign_in("support")
    page = site.get(path(world, msisdn)).text
    for words in ("MTN", "1,500.00", "tier 1", "The SIM was changed", "subscriber.swapped"):
        assert words in page, words
    assert f"****{msisdn[-3:]}" in page
    assert msisdn not in page
    assert spoken(msisdn) not in page


def test_whole_numbers_are_shown_for_a_reason_that_is_kept(site: Site, world: World) -> None:
    msisdn, other = world.subscriber(naira(1_000)), Msisdn("+2348055000001")
    world.buy(msisdn, to=other)
    site.sign_in("support")
    assert spoken(other) not in site.get(path(world, msisdn)).text
    back = path(world, msisdn)
    answer = site.post("/backoffice/unmask", reason="caller reads it out", back=back)
    assert answer.location == back
    page = site.get(back).text
    assert spoken(msisdn) in page
    assert other in page
    who, _, detail = site.audited("unmask")[-1]
    assert who == site.someone("support").name
    assert detail == {"reason": "caller reads it out"}
    world.clock.advance(seconds=601)
    assert spoken(msisdn) not in site.get(back).text


def test_no_pin_and_no_code_stands_on_any_page(
    site: Site, world: World, urls: Urls, redis_url: str
) -> None:
    """Typed at a handset, sent by SMS, made for one: none is found in any page's source."""
    secret, voucher = "586037", "918273645546372"
    handset = Handset()
    msisdn = Msisdn("+2348030000001")
    key = {"field_encryption_keys": "f1:field-key-of-tests"}
    with Gateway.to(settings(urls.program, redis_url, **key)) as gateway:
        assert "PIN" in gateway.dial("1", "1", "2", "1", secret, msisdn=msisdn)[-1]
    with redis.Redis.from_url(redis_url) as client:
        copy_hops(world.db, hop_stream.take(client))
    out = SmsContext(world.context, (handset,), timedelta(seconds=18), lambda *_: None)
    texts = (f"BLOCK {secret}", f"TOPUP {voucher}", f"AIR 200 {secret}", f"SEND 50 08055000001"
             f" {secret}", f"YES 4040404 {secret}", f"my pin is {secret}")  # fmt: skip
    for number, text in enumerate(texts):
        sms = MoSms("africastalking", f"canary{number}", msisdn, "20880", text, None, "62130")
        handle(world.context, sms, "*384*123#")
    site.sign_in("owner")
    key = {"new-pin-key": "ABCDEF", "new-pin-papers": "y", "new-pin-reason": REASON}
    assert site.post(path(world, msisdn, "/new-pin"), **key).status_code == 303
    for (sms_id,) in world.all("select id from mt_sms where msisdn = %s order by id", msisdn):
        send_sms(out, sms_id)
    made = [word for sms in handset.sent for word in sms.secrets]
    assert made
    site.post("/backoffice/unmask", reason="the test looks at all")
    pages = [site.get(path(world, msisdn, f"?kind={kind}")).text for kind in ("hop", "sms out",
             "sms in", "act", "order")] + [site.get(path(world, msisdn)).text]  # fmt: skip
    pages.append(site.get("/backoffice/audit").text)
    assert "home" in pages[0]
    assert "start pin" in pages[1]
    assert "BLOCK ****" in pages[2]
    for canary in (secret, voucher, "4040404", *made):
        assert [page for page in pages if re.search(rf"(?<!\d){canary}(?!\d)", page)] == []


def test_a_line_of_time_leads_to_orders_and_goes_on(site: Site, world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    placed = world.buy(msisdn)
    with world.db.transaction() as tx:
        for hop in range(60):
            tx.run(
                "insert into ussd_hops (channel, session, hop, msisdn, label, outcome,"
                " milliseconds, at) values ('hubtel', 's', %s, %s, 'home', 'ok', 3, %s)",
                (hop, msisdn, world.clock.now() - timedelta(minutes=5)),
            )
    site.sign_in("support")
    page = site.get(path(world, msisdn)).text
    assert f'href="/backoffice/orders/{placed.reference}"' in page
    older = re.findall(r'rel="next" href="([^"]+)"', page)[0].replace("&amp;", "&")
    assert site.get(older).text.count('class="hop"') == 60 - page.count('class="hop"')


# --- acts ----------------------------------------------------------------------------------------


def test_blocking_and_opening_act_once_are_told_and_audited(site: Site, world: World) -> None:
    msisdn = world.subscriber(naira(100))
    site.sign_in("support")
    for _ in range(2):
        assert (
            site.post(path(world, msisdn, "/block"), **{"block-reason": REASON}).status_code == 303
        )
    assert kept(world, msisdn, "blocked") is True
    assert world.sms(msisdn) == ["blocked_by_staff"]
    assert "It was so already" in site.get(path(world, msisdn)).text
    for _ in range(2):
        site.post(path(world, msisdn, "/unblock"), **{"unblock-reason": REASON})
    assert kept(world, msisdn, "blocked") is False
    acts = world.all(
        "select act, before, after, detail->>'reason', address from audit where subject = %s"
        " order by id", msisdn,
    )  # fmt: skip
    assert acts == [
        ("subscriber.block", {"blocked": False}, {"blocked": True}, REASON, "127.0.0.1"),
        ("subscriber.unblock", {"blocked": True}, {"blocked": False}, REASON, "127.0.0.1"),
    ]


def test_a_start_pin_is_sent_once_however_often_the_button_is_pressed(
    site: Site, world: World
) -> None:
    msisdn = world.subscriber()
    site.sign_in("support")
    fields = {"new-pin-reason": REASON, "new-pin-key": "ABCDEF"}
    for _ in range(2):
        assert site.post(path(world, msisdn, "/new-pin"), **fields).status_code == 303
    assert world.sms(msisdn) == ["start_pin"]
    assert len(site.audited("subscriber.reset_pin")) >= 1
    assert world.one("select count(*) from audit where subject = %s", msisdn) == 1
    world.clock.advance(seconds=400)
    page = site.post(path(world, msisdn, "/new-pin"), **fields).text
    assert "step_up_code" in page, "a code of the app is wanted again"


def test_a_changed_sim_gets_no_start_pin_without_papers(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    record_swap(world.context, msisdn, world.clock.now(), "cli:test", REASON)
    site.sign_in("support")
    fields = {"new-pin-reason": REASON, "new-pin-key": "ABCDEG"}
    refused = site.post(path(world, msisdn, "/new-pin"), **fields)
    assert refused.status_code == 400
    assert "The SIM was changed lately" in refused.text
    assert "start_pin" not in world.sms(msisdn)
    assert site.post(path(world, msisdn, "/new-pin"), **fields, **{"new-pin-papers": "y"}).location
    assert "start_pin" in world.sms(msisdn)


def test_a_locked_pin_is_unlocked(site: Site, world: World) -> None:
    msisdn = world.subscriber(naira(1_000))
    for _ in range(3):
        world.buy(msisdn, pin="1111")
    site.sign_in("support")
    assert "Unlock the PIN" in site.get(path(world, msisdn)).text
    site.post(path(world, msisdn, "/unlock"), **{"unlock-reason": REASON})
    assert kept(world, msisdn, "locked_until") is None
    assert "Unlock the PIN" not in site.get(path(world, msisdn)).text


def test_a_complaint_is_opened_for_them_once(site: Site, world: World) -> None:
    msisdn, stranger = world.subscriber(naira(1_000)), world.subscriber(naira(1_000))
    reference = world.buy(msisdn).reference
    site.sign_in("support")
    fields = {"case-kind": "not_received", "case-subject": reference.lower(), "case-key": "ABCDEF"}
    for _ in range(2):
        assert site.post(path(world, msisdn, "/case"), **fields).status_code == 303
    tickets = world.all("select ticket, subject from cases where subscriber_id = %s",
                        identity(world, msisdn))  # fmt: skip
    assert [subject for _, subject in tickets] == [reference]
    assert f"/backoffice/cases/{tickets[0][0]}" in site.get(path(world, msisdn)).text
    opened = site.audited("case.open")[-1]
    assert opened[:2] == (site.someone("support").name, msisdn)
    refused = site.post(path(world, stranger, "/case"), **fields)
    assert (refused.status_code, "moved no money" in refused.text) == (400, True)


def test_language_and_promotional_sms_are_changed_for_a_reason(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    site.sign_in("support")
    site.post(path(world, msisdn, "/language"),
              **{"language-language": "ha", "language-reason": REASON})  # fmt: skip
    assert kept(world, msisdn, "language") == "ha"
    for _ in range(2):
        site.post(path(world, msisdn, "/stop-selling"), **{"stop-selling-reason": REASON})
    assert world.one("select count(*) from opt_outs where msisdn = %s", msisdn) == 1
    assert "not wanted since" in site.get(path(world, msisdn)).text
    site.post(path(world, msisdn, "/sell"), **{"sell-reason": REASON})
    assert world.one("select count(*) from opt_outs where msisdn = %s", msisdn) == 0
    acts = world.all("select act, before from audit where subject = %s order by id", msisdn)
    assert [act for act, _ in acts] == ["subscriber.language"] + 2 * ["subscriber.promotional_sms"]
    assert acts[0][1] == {"language": "en"}


def test_a_statement_is_fetched_as_pdf_and_csv_and_that_is_kept(site: Site, world: World) -> None:
    msisdn = world.subscriber(naira(500))
    site.sign_in("support")
    today = world.clock.now().date().isoformat()
    days = f"first={today}&last={today}"
    pdf = site.get(path(world, msisdn, f"/statement?{days}&format=pdf"))
    assert pdf.data.startswith(b"%PDF")
    csv = site.get(path(world, msisdn, f"/statement?{days}&format=csv"))
    assert csv.headers["Content-Type"].startswith("text/csv")
    assert msisdn not in csv.headers["Content-Disposition"]
    assert [detail["format"] for _, subject, detail in site.audited("statement")
            if subject == msisdn] == ["pdf", "csv"]  # fmt: skip


@pytest.mark.parametrize(
    "query",
    ["", "first=x&last=y&format=pdf", "first=2026-02-02&last=2026-01-01&format=pdf",
     "first=2001-01-01&last=2026-01-01&format=pdf", "first=2026-01-01&last=2030-01-01&format=csv",
     "first=2026-01-01&last=2026-01-02&format=exe"],
)  # fmt: skip
def test_a_statement_that_cannot_be_says_why(site: Site, world: World, query: str) -> None:
    msisdn = world.subscriber()
    site.sign_in("support")
    assert site.get(path(world, msisdn, f"/statement?{query}")).status_code == 400


# --- who may, and bad input ----------------------------------------------------------------------


@pytest.mark.parametrize("role", ["owner", "admin", "finance_maker", "support", "auditor"])
def test_each_role_sees_the_buttons_of_its_rights(site: Site, world: World, role: str) -> None:
    msisdn = world.subscriber()
    site.sign_in(role)
    page, granted = site.get(path(world, msisdn)).text, GRANTS[Role(role)]
    for right, words in (
        (Right.BLOCK_SUBSCRIBER, "/block"), (Right.RESET_PIN, "/new-pin"),
        (Right.ANSWER_CASE, "/case"), (Right.CHANGE_SUBSCRIBER, "/language"),
        (Right.MANAGE_KYC, "/tier"), (Right.UNMASK_MSISDN, "/statement"),
    ):  # fmt: skip
        assert (f'action="{path(world, msisdn, words)}"' in page) == (right in granted), words


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("block", {}), ("block", {"block-reason": "short"}),
        ("block", {"block-reason": "x" * 301}), ("block", {"block-reason": "\0" * 20}),
        ("tier", {"tier-tier": "9", "tier-reason": REASON}),
        ("tier", {"tier-tier": "-1", "tier-reason": REASON}),
        ("language", {"language-language": "xx", "language-reason": REASON}),
        ("case", {"case-kind": "murder", "case-key": "ABCDEF"}),
        ("case", {"case-kind": "other", "case-key": "../../"}),
        ("new-pin", {"new-pin-reason": REASON, "new-pin-key": "<script>"}),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_answered_beside_its_field_and_changes_nothing(
    site: Site, world: World, act: str, fields: dict[str, str]
) -> None:
    msisdn = world.subscriber()
    site.sign_in("owner")
    answer = site.post(path(world, msisdn, f"/{act}"), **fields)
    assert answer.status_code == 400
    assert "<script>" not in answer.text.replace("<script src", "")
    assert world.one("select count(*) from audit where subject = %s", msisdn) == 0
    assert world.sms(msisdn) == []


def test_a_reason_like_a_script_is_shown_as_text(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    site.sign_in("support")
    site.post(path(world, msisdn, "/block"), **{"block-reason": "<script>alert(1)</script>"})
    page = site.get(path(world, msisdn)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_forged_forms_and_ids_of_nobody_do_nothing(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    site.sign_in("support")
    forged = site.post(path(world, msisdn, "/block"), token="forged", **{"block-reason": REASON})
    assert forged.status_code == 400
    assert kept(world, msisdn, "blocked") is False
    for nobody in ("999999999", "9223372036854775808", "x", "-1"):
        assert site.get(f"/backoffice/subscribers/{nobody}").status_code == 404
    assert site.post("/backoffice/subscribers/999999999/block",
                     **{"block-reason": REASON}).status_code == 404  # fmt: skip


def test_the_list_leads_to_pages_and_filters_by_tier(site: Site, world: World) -> None:
    msisdn = world.subscriber()
    with world.db.transaction() as tx:
        tx.run("update subscribers set tier = 3 where msisdn = %s", (msisdn,))
    site.sign_in("auditor")
    page = site.get("/backoffice/subscribers?tier=3").text
    assert f'href="{path(world, msisdn)}"' in page
    assert msisdn not in page
    assert f'href="{path(world, msisdn)}"' not in site.get("/backoffice/subscribers?tier=2").text
