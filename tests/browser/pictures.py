"""Takes docs/pictures/backoffice: the main pages at 360 and 1280 px, in both themes.

Run by `make pictures`. The pages are real ones, on a database of made-up orders.
"""

import shutil
import sys
from http import HTTPStatus
from pathlib import Path

from playwright.sync_api import sync_playwright

from app.domain.roles import Role
from tests.browser.showroom import showroom
from tests.browser.sight import NARROW, WIDE, visitor
from tests.factories.chromium import chromium

FOLDER = Path(__file__).resolve().parents[2] / "docs/pictures/backoffice"
TAKEN = (
    ("sign-in", "", "/backoffice/sign-in"),
    ("front", "support", "/backoffice/"),
    ("dashboard", "owner", "/backoffice/dashboard?period=24h"),
    ("orders", "support", "/backoffice/orders"),
    ("orders-filtered", "owner", "/backoffice/orders?state=declined&msisdn=0803"),
    ("subscribers", "support", "/backoffice/subscribers"),
    ("subscriber", "support", "/backoffice/subscribers/1"),
    ("identity", "admin", "/backoffice/kyc"),
    ("search", "support", "/backoffice/search?q=08030000"),
    ("audit", "auditor", "/backoffice/audit"),
    ("ledger", "auditor", "/backoffice/ledger"),
    ("trial-balance", "auditor", "/backoffice/ledger/trial-balance"),
    ("reconciliation", "finance_maker", "/backoffice/reconciliation"),
    ("vouchers", "finance_maker", "/backoffice/vouchers"),
    ("staff", "admin", "/backoffice/staff"),
    ("roles", "auditor", "/backoffice/roles"),
    ("agents", "admin", "/backoffice/agents"),
    ("agents-servers", "admin", "/backoffice/agents/{agent_number}/servers"),
    ("agents-logins", "admin", "/backoffice/agents/{below_number}/logins"),
    ("messages", "support", "/backoffice/messages"),
    ("gateways", "admin", "/backoffice/messages/gateways"),
    ("broadcast-new", "admin", "/backoffice/broadcasts/new"),
    ("settings", "admin", "/backoffice/settings"),
    ("account", "owner", "/backoffice/account"),
    ("catalogue", "finance_maker", "/backoffice/catalogue"),
    ("commissions", "finance_maker", "/backoffice/commissions/NG/cash_out"),
    ("rates", "finance_maker", "/backoffice/rates"),
    ("routes", "admin", "/backoffice/routes"),
    ("unmask", "support", "/backoffice/unmask"),
    ("agent-counter", "agent", "/backoffice/desk"),
    ("agent-sell", "agent", "/backoffice/sell/airtime"),
    ("agent-cash-out", "agent", "/backoffice/cash/out"),
    ("agent-team", "agent", "/backoffice/team/agents"),
    ("agent-servers", "agent", "/backoffice/servers"),
    ("agent-delivery", "agent", "/backoffice/servers/deliveries/{delivery}"),
    ("agent-day", "agent", "/backoffice/day"),
    ("order", "owner", "/backoffice/orders/{order}"),
    ("order-unknown", "finance_maker", "/backoffice/orders/{unknown}"),
    ("order-held", "support", "/backoffice/orders/{held}"),
    ("queue-held", "support", "/backoffice/queue?kind=review"),
    ("queue", "support", "/backoffice/queue?kind=unknown"),
    ("approvals", "finance_checker", "/backoffice/approvals"),
    ("approval", "finance_checker", "/backoffice/approvals/{ticket}"),
    ("break", "finance_maker", "/backoffice/breaks/{suspense}"),
    ("case", "support", "/backoffice/cases/{complaint}"),
    ("audit-entry", "auditor", "/backoffice/audit/{audited}"),
    ("voucher-print", "finance_maker", "/backoffice/vouchers/print/{to_print}"),
    ("correction", "finance_maker", "/backoffice/ledger/accounts/{account}/adjust"),
    ("sessions", "owner", "/backoffice/sessions"),
    ("step-up", "owner", "/backoffice/step-up"),
    ("not-for-you", "support", "/backoffice/staff"),
    ("agent-receipt", "agent", "/backoffice/receipts/{receipt}"),
)
"""Name, who looks, and at what (of the story that is told); a new page is a line here."""


def main() -> int:
    """Every page in every look."""
    program = chromium()
    if program is None:
        print("no Chromium here: make browser", file=sys.stderr)
        return 1
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with showroom() as (office, names), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for name, role, path in TAKEN:
            for look in (WIDE, NARROW):
                who = Role(role) if role else None
                with visitor(browser, office, names, who, look) as seen:
                    answer = seen.page.goto(path.format(**names))
                    assert answer is not None
                    assert answer.status < HTTPStatus.INTERNAL_SERVER_ERROR, path
                    seen.page.screenshot(path=FOLDER / f"{name}-{look.width}-{look.scheme}.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
