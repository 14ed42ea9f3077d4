"""Every page of the back-office: where it is, and for some what is typed to get there.

A test compares this with the application: a view or a template without a line here fails it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from playwright.sync_api import Page
from werkzeug.routing import Map

from app.domain.roles import AGENT_ROLES, GRANTS, STAFF_ROLES, Right, Role
from tests.browser.affairs import BUYER
from tests.browser.office import PASSWORD

Steps = Callable[[Page, Mapping[str, str]], None]
REASON = "The buyer asked for it twice"


@dataclass(frozen=True, slots=True)
class Place:
    """`template` is what is seen at `path` below /backoffice/, once the `steps` were taken there
    in which a form is sent; names in braces are of the story and the affairs. `roles`: who looks,
    where it isn't whoever may; `nobody`: who isn't signed in. `stale`: the last code is too old.
    `ends`: where the steps end, for pages that open to nobody who didn't take them."""

    template: str
    path: str
    steps: Steps | None = None
    roles: tuple[Role, ...] = ()
    status: int = 200
    stale: bool = False
    nobody: bool = False
    ends: str = ""


def press(button: str, **typed: str) -> Steps:
    """Type into fields (by their name in the form), then press the main part's button."""

    def steps(page: Page, names: Mapping[str, str]) -> None:
        main = page.get_by_role("main")
        for name, value in typed.items():
            main.locator(f"[name='{name.replace('__', '-')}']:visible").fill(value.format(**names))
        main.get_by_role("button", name=button, exact=True).click()

    return steps


def unfold(summary: str, then: Steps) -> Steps:
    """The same below a summary that is closed at first."""

    def steps(page: Page, names: Mapping[str, str]) -> None:
        page.get_by_role("main").locator("summary", has_text=summary).first.click()
        then(page, names)

    return steps


def one_after_another(*all_steps: Steps) -> Steps:
    def steps(page: Page, names: Mapping[str, str]) -> None:
        for one in all_steps:
            one(page, names)

    return steps


def make_key(page: Page, names: Mapping[str, str]) -> None:
    """One for each window: a label is one key's."""
    assert page.viewport_size
    label = f"tablet of {page.viewport_size['width']} px"
    unfold("Make a key", press("Make it", key__label=label))(page, names)


def choose_first_plan(page: Page, _: Mapping[str, str]) -> None:
    page.get_by_role("radio").first.check()


_SIGNS_IN = press("Go on", name="{newcomer}", password=PASSWORD)
_PLANS = press("Show plans", number=BUYER)
NOBODY = (
    Place("sign_in/name.html", "sign-in", nobody=True),
    Place("sign_in/name.html", "sign-in", press("Go on", name="{newcomer}", password="wrong one"),
          status=400, nobody=True),
    Place("sign_in/code.html", "sign-in",
          press("Go on", name="{enrolled}", password=PASSWORD), nobody=True, ends="sign-in/code"),
    Place("enrol/app.html", "sign-in", _SIGNS_IN, nobody=True, ends="enrol/app"),
    Place("enrol/sms.html", "sign-in", press("Go on", name="{agent}", password=PASSWORD),
          nobody=True, ends="enrol/sms"),
    Place("error_plain.html", "sign-in/nowhere", status=404, nobody=True),
)  # fmt: skip
STAFFS = (
    Place("front/staff.html", "", roles=tuple(sorted(STAFF_ROLES))),
    Place("front/staff.html", "dashboard/today"),
    Place("dashboard/dashboard.html", "dashboard"),
    Place("queue/waiting.html", "queue"),
    Place("queue/waiting.html", "queue?kind=unknown"),
    Place("queue/waiting.html", "queue?kind=suspense"),
    Place("queue/waiting.html", "queue?kind=review"),
    Place("breaks/one.html", "breaks/{suspense}"),
    Place("cases/one.html", "cases/{complaint}"),
    Place("approvals/list.html", "approvals"),
    Place("approvals/one.html", "approvals/{ticket}"),
    Place("approvals/one.html", "approvals/{correction}"),
    Place("listing.html", "orders"),
    Place("listing.html", "orders?state=declined"),
    Place("listing.html", "orders?state=declined&msisdn=0803", status=400),
    Place("listing.html", "orders?state=declined&to=2020-01-01"),
    Place("orders/one.html", "orders/{order}"),
    Place("orders/one.html", "orders/{unknown}"),
    Place("orders/one.html", "orders/{held}"),
    Place("listing.html", "subscribers"),
    Place("subscribers/one.html", "subscribers/1"),
    Place("search/found.html", "search?q=08030000"),
    Place("search/found.html", "search?q=nothing-like-it"),
    Place("kyc/checks.html", "kyc"),
    Place("kyc/one.html", "kyc/{check}"),
    Place("messages/list.html", "messages"),
    Place("messages/gateways.html", "messages/gateways"),
    Place("broadcasts/list.html", "broadcasts"),
    Place("broadcasts/new.html", "broadcasts/new"),
    Place("broadcasts/one.html", "broadcasts/{broadcast}"),
    Place("ledger/accounts.html", "ledger"),
    Place("ledger/account.html", "ledger/accounts/{account}"),
    Place("ledger/adjust.html", "ledger/accounts/{account}/adjust"),
    Place("ledger/transaction.html", "ledger/transactions/{transaction}"),
    Place("ledger/trial_balance.html", "ledger/trial-balance"),
    Place("reconciliation/runs.html", "reconciliation"),
    Place("reconciliation/one.html", "reconciliation/{run}"),
    Place("listing.html", "reconciliation/breaks"),
    Place("reconciliation/import.html", "reconciliation/import"),
    Place("vouchers/list.html", "vouchers"),
    Place("vouchers/new.html", "vouchers/new"),
    Place("vouchers/new.html", "vouchers/new",
          press("Ask for it", count="3", face="nothing", last_day="2030-01-01", reason=REASON),
          status=400),
    Place("vouchers/one.html", "vouchers/{batch}"),
    Place("vouchers/print.html", "vouchers/print/{to_print}"),
    Place("vouchers/find.html", "vouchers", press("What became of it", serial="{batch}-2")),
    Place("vouchers/find.html", "vouchers/serial/{batch}-2"),
    Place("catalogue/products.html", "catalogue"),
    Place("catalogue/one.html", "catalogue/mtn-ng/1024mb-7d"),
    Place("catalogue/price.html", "catalogue/mtn-ng/1024mb-7d/price?amount=850"),
    Place("commissions/all.html", "commissions"),
    Place("commissions/one.html", "commissions/NG/cash_out"),
    Place("commissions/change.html", "commissions/NG/cash_out/change"),
    Place("commissions/preview.html", "commissions/NG/cash_out/change",
          press("See what it would mean")),
    Place("rates/all.html", "rates"),
    Place("rates/change.html", "rates/change"),
    Place("rates/preview.html",
          "rates/change?base=NGN&quote=KES&rate=0.085&margin_bp=200&begins="),
    Place("routes/overview.html", "routes"),
    Place("routes/operator.html", "routes/operators/mtn-ng"),
    Place("routes/provider.html", "routes/providers/vtpass"),
    Place("agents/tree.html", "agents"),
    Place("agents/list.html", "agents/all"),
    Place("agents/new.html", "agents/new"),
    Place("agents/new.html", "agents/new", press("Take on", msisdn="0803", name=""), status=400),
    Place("agents/one.html", "agents/{agent_number}"),
    Place("agents/tree.html", "agents/{agent_number}/below"),
    Place("agents/logins.html", "agents/{below_number}/logins"),
    Place("agents/password.html", "agents/{below_number}/logins",
          unfold("Give a password", press("Give a password", give__reason=REASON)),
          roles=(Role.ADMIN,)),
    Place("merchants/page.html", "agents/{agent_number}/servers"),
    Place("merchants/deliveries.html", "agents/{agent_number}/servers/deliveries"),
    Place("merchants/delivery.html", "agents/{agent_number}/servers/deliveries/{delivery}"),
    Place("staff/list.html", "staff"),
    Place("staff/roles.html", "roles"),
    Place("staff/new.html", "staff/new"),
    Place("staff/one.html", "staff/{newcomer}"),
    Place("staff/password.html", "staff/{forgetful}",
          unfold("password", press("Make one", password__reason=REASON)),
          roles=(Role.OWNER, Role.ADMIN)),
    Place("settings/all.html", "settings"),
    Place("settings/one.html", "settings/broadcast_per_minute"),
    Place("audit/list.html", "audit"),
    Place("audit/one.html", "audit/{audited}"),
    Place("audit/chain.html", "audit/chain"),
    Place("exports/mine.html", "exports"),
    Place("exports/one.html", "exports/{export}", roles=(Role.OWNER,)),
    Place("unmask.html", "unmask"),
)  # fmt: skip
AGENTS = (
    Place("counter/first.html", "", roles=tuple(sorted(AGENT_ROLES))),
    Place("counter/first.html", "desk"),
    Place("sell/airtime.html", "sell/airtime"),
    Place("sell/airtime.html", "sell/airtime", press("Go on", number="0803", amount="much"),
          status=400),
    Place("sell/confirm_airtime.html", "sell/airtime", press("Go on", number=BUYER, amount="500")),
    Place("sell/data.html", "sell/data"),
    Place("sell/plans.html", "sell/data", _PLANS),
    Place("sell/confirm_data.html", "sell/data",
          one_after_another(_PLANS, press("Weekly"), choose_first_plan, press("Go on"))),
    Place("cash/in.html", "cash/in"),
    Place("cash/confirm_in.html", "cash/in", press("Go on", number=BUYER, amount="500")),
    Place("cash/out.html", "cash/out"),
    Place("customers/enrol.html", "customers/enrol"),
    Place("customers/new_pin.html", "customers/new-pin"),
    Place("customers/confirm_new_pin.html", "customers/new-pin",
          press("Go on", number=BUYER, reason=REASON)),
    Place("floats/float.html", "float"),
    Place("floats/buy.html", "float/buy"),
    Place("floats/ask.html", "float/ask"),
    Place("floats/send.html", "float/send"),
    Place("floats/commission.html", "float/commission"),
    Place("merchants/page.html", "servers"),
    Place("merchants/shown_once.html", "servers", make_key),
    Place("merchants/deliveries.html", "servers/deliveries"),
    Place("merchants/delivery.html", "servers/deliveries/{delivery}"),
    Place("team/agents.html", "team/agents"),
    Place("team/tellers.html", "team/tellers"),
    Place("team/teller_opened.html", "team/tellers",
          press("Make a password", number="0803 199 9009")),
    Place("day/sheet.html", "day"),
    Place("day/acts.html", "day/acts"),
    Place("receipts/one.html", "receipts/{receipt}", roles=(Role.AGENT,)),
)  # fmt: skip
EVERYBODYS = (
    Place("account/own.html", "account"),
    Place("account/own.html", "account",
          press("Change password", old="wrong one", new="short", repeated="shorter"), status=400),
    Place("sessions/own.html", "sessions"),
    Place("step_up/ask.html", "step-up"),
    Place("step_up/again.html", "account", press("Make ten new ones"), stale=True),
    Place("enrol/recovery.html", "account", press("Make ten new ones")),
    Place("error.html", "nothing-here", status=404, roles=(Role.OWNER, Role.AGENT)),
    Place("error.html", "staff", status=403, roles=(Role.SUPPORT, Role.AGENT)),
)  # fmt: skip
PLACES = (*NOBODY, *STAFFS, *AGENTS, *EVERYBODYS)

NO_PAGES: Mapping[str, str] = {
    "agents.above": "leads to the agent above",
    "backoffice.not_a_page": "an error",
    "static_files.file": "a file",
    "enrol.picture": "a picture of the page before it",
    "exports.file": "a file",
    "subscribers.statement": "a file",
    "dashboard.live": "a part of a page",
    "dashboard.front": "a part of a page",
    "receipts.now": "a part of a page",
}
"""Views that answer with no page of their own, and with what instead."""
NOT_SEEN_ALONE = frozenset({"layout.html", "layout_plain.html"})
"""Templates that others extend."""


def endpoint_of(place: Place, urls: Map) -> str:
    """Flask's name of the view that is seen."""
    path = (place.ends or place.path).partition("?")[0].format_map(_MadeUp())
    endpoint, _ = urls.bind("localhost").match(f"/backoffice/{path}", method="GET")
    return str(endpoint)


def visits(place: Place, needed: Right | None) -> Iterator[Role | None]:
    """Who looks: whoever may; None is nobody who is signed in."""
    if place.nobody:
        yield None
    elif place.roles:
        yield from place.roles
    else:
        yield from (role for role in Role if needed is None or needed in GRANTS[role])


class _MadeUp(dict[str, str]):
    """Some value for every name."""

    def __missing__(self, name: str) -> str:
        return "1"
