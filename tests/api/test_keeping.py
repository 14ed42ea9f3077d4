"""What a subscriber keeps: numbers with names, and statements of the wallet."""

import re
from zoneinfo import ZoneInfo

from app.domain.beneficiaries import NAME_PATTERN, BadName, short_name
from app.domain.requests import MoneySent
from tests.api.client import App, Service
from tests.factories.world import naira

MAMA, SISTER = "+2348031900002", "+2348031900003"


def test_numbers_are_saved_renamed_and_forgotten(service: Service) -> None:
    app = service.signed_in(service.world.subscriber())
    for _ in range(2):
        saved = app.send("PUT", f"/api/beneficiaries/{MAMA}", json={"name": "Mama 1"})
        assert (saved.status_code, saved.json) == (200, {"msisdn": MAMA, "name": "Mama 1"})
    app.send("PUT", f"/api/beneficiaries/{MAMA}", json={"name": "Mama"})
    assert app.get("/api/beneficiaries").json == {"items": [{"msisdn": MAMA, "name": "Mama"}]}
    taken = app.send("PUT", f"/api/beneficiaries/{SISTER}", json={"name": "mama"})
    assert (taken.status_code, taken.json["code"]) == (409, "name_taken")
    for name in ("", "0803", " Mama", "Ma  ma", "a name too long", "<b>", "0" * 60_000):
        bad = app.send("PUT", f"/api/beneficiaries/{SISTER}", json={"name": name})
        assert (bad.status_code, list(bad.json["errors"])) == (422, ["name"])
    other = service.signed_in(service.world.subscriber())
    assert other.get("/api/beneficiaries").json == {"items": []}
    assert app.send("PUT", "/api/beneficiaries/nobody", json={"name": "A"}).status_code == 404
    for _ in range(2):
        assert app.send("DELETE", f"/api/beneficiaries/{MAMA}").status_code == 204
    assert app.get("/api/beneficiaries").json == {"items": []}


def keeper(service: Service) -> tuple[App, str]:
    """Somebody who had NGN 1,000 and sent 300 of it; and the month when that was, by the clock of
    the database, which dates the ledger."""
    world = service.world
    owner = world.subscriber(naira(1_000))
    assert isinstance(world.send(owner, world.subscriber(), naira(300)), MoneySent)
    at = world.one("select max(at) from ledger_transactions")
    world.clock.advance(seconds=(at - world.clock.now()).total_seconds())
    return service.signed_in(owner), f"{at.astimezone(ZoneInfo('Africa/Lagos')):%Y-%m}"


def test_a_names_pattern_says_what_a_name_is_at_a_handset() -> None:
    for name in ("Mama", "1 Mama 2", "0a", "Zoë", "Élo 1", "0803", "", " a", "a ", "a  b", "a-b"):
        try:
            kept = short_name(name) == name
        except BadName:
            kept = False
        assert bool(re.fullmatch(NAME_PATTERN, name)) == kept, name


def test_a_month_of_the_wallet_is_read_and_printed(service: Service) -> None:
    app, month = keeper(service)
    found = app.get(f"/api/statements?month={month}").json
    assert (found["opening_minor"], found["closing_minor"]) == (0, 70_000)
    assert [(one["amount_minor"], one["balance_minor"]) for one in found["lines"]] == [
        (100_000, 100_000),
        (-30_000, 70_000),
    ]
    assert app.get("/api/statements?month=2020-01").json["lines"] == []
    csv = app.get(f"/api/statements?month={month}&format=csv")
    assert csv.text.splitlines()[0].startswith("at,kind,reference")
    assert "attachment" in csv.headers["Content-Disposition"]
    assert app.get(f"/api/statements?month={month}&format=pdf").data.startswith(b"%PDF")
    for wrong in ("2026-13", "", "2026-1", "2026-07-01"):
        assert app.get(f"/api/statements?month={wrong}").json["code"] == "invalid_query"
    assert app.get("/api/statements?month=2099-01").status_code == 404


def test_a_hidden_balance_stays_hidden(service: Service) -> None:
    app, month = keeper(service)
    with service.world.db.statement() as tx:
        tx.run("update subscribers set balance_hidden = true where msisdn = %s", (app.msisdn,))
    found = app.get(f"/api/statements?month={month}").json
    assert (found["closing_minor"], found["lines"][0]["balance_minor"]) == (None, None)
    printed = app.get(f"/api/statements?month={month}&format=pdf")
    assert (printed.status_code, printed.json["code"]) == (403, "balance_hidden")
