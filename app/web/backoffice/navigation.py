"""The left navigation: sections, and the pages inside each. Nobody sees more than eight sections.

A section leads to the first of its pages that is open to the person; with several, they are the
tabs on top of each.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from app.domain.roles import Right
from app.services.backoffice.person import Person

MOST_SECTIONS = 8


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a section; `endpoint` is Flask's name of its view, `holds` are blueprints of pages
    that hang on it."""

    label: str
    endpoint: str
    right: Right
    holds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`icon` is a name of the sprite's."""

    label: str
    icon: str
    tabs: tuple[Tab, ...] = field(default_factory=tuple)


NAV: tuple[Section, ...] = (
    Section("To do", "inbox", (
        Tab("Today", "dashboard.today", Right.SEE_DASHBOARD, ("front",)),
        Tab("Queue", "queue.waiting", Right.SEE_QUEUE, ("breaks", "cases")),
        Tab("Approvals", "approvals.all_tickets", Right.SEE_APPROVALS),
    )),
    Section("Business", "graph-up", (
        Tab("Dashboard", "dashboard.whole", Right.SEE_DASHBOARD),
    )),
    Section("Orders", "receipt", (
        Tab("Orders", "orders.all_orders", Right.SEE_ORDERS),
    )),
    Section("Subscribers", "people", (
        Tab("Subscribers", "subscribers.all_subscribers", Right.SEE_SUBSCRIBER, ("search",)),
        Tab("Identity", "kyc.checks", Right.SEE_KYC),
        Tab("Messages", "messages.all_messages", Right.SEE_MESSAGES, ("broadcasts",)),
    )),
    Section("Money", "bank", (
        Tab("Ledger", "ledger.accounts", Right.SEE_LEDGER),
        Tab("Trial balance", "ledger.trial_balance", Right.SEE_LEDGER),
        Tab("Reconciliation", "reconciliation.runs", Right.SEE_RECONCILIATION),
        Tab("Vouchers", "vouchers.batches", Right.SEE_VOUCHERS),
    )),
    Section("Selling", "tags", (
        Tab("Catalogue", "catalogue.products", Right.SEE_CATALOGUE),
        Tab("Commissions", "commissions.everything", Right.SEE_CATALOGUE),
        Tab("Rates", "rates.all_rates", Right.SEE_RATES),
        Tab("Routes", "routes.overview", Right.SEE_ROUTES),
    )),
    Section("Agents", "shop", (
        Tab("Tree", "agents.tree", Right.SEE_AGENTS, ("agent_logins", "merchants")),
        Tab("All agents", "agents.everybody", Right.SEE_AGENTS),
    )),
    Section("Office", "shield-lock", (
        Tab("Staff", "staff.everybody", Right.SEE_STAFF),
        Tab("Roles", "staff.roles", Right.SEE_STAFF),
        Tab("Settings", "settings.everything", Right.SEE_SETTINGS),
        Tab("Audit log", "audit.all_entries", Right.SEE_AUDIT),
        Tab("Exports", "exports.mine", Right.EXPORT),
    )),
    Section("Counter", "house", (
        Tab("Counter", "counter.first", Right.SEE_FLOAT),
    )),
    Section("Sell", "phone", (
        Tab("Airtime", "sell.airtime", Right.SELL),
        Tab("Data", "sell.data", Right.SELL),
    )),
    Section("Cash", "cash-coin", (
        Tab("Cash in", "cash.take_in", Right.CASH_IN),
        Tab("Cash out", "cash.hand_out", Right.CASH_OUT),
    )),
    Section("Customers", "person-plus", (
        Tab("Enrol", "customers.enrol", Right.ENROL_SUBSCRIBER),
        Tab("New PIN", "customers.new_pin", Right.START_PIN_RESET),
    )),
    Section("Float", "wallet2", (
        Tab("Float", "floats.balance", Right.SEE_FLOAT),
        Tab("Buy", "floats.buy", Right.MOVE_FLOAT),
        Tab("Ask", "floats.ask_above", Right.ASK_FLOAT),
        Tab("Send", "floats.send", Right.MOVE_FLOAT),
        Tab("Commission", "floats.commission", Right.SEE_COMMISSION),
    )),
    Section("Team", "diagram-3", (
        Tab("Agents below", "team.agents", Right.MANAGE_SUBAGENTS),
        Tab("Tellers", "team.tellers", Right.MANAGE_TELLERS),
        Tab("Servers", "own_servers.page", Right.MANAGE_API),
    )),
    Section("Day", "journal-text", (
        Tab("Day sheet", "day.sheet", Right.SEE_DAY_SHEET),
        Tab("Everything done", "day.acts", Right.SEE_DAY_SHEET),
    )),
)  # fmt: skip
"""Eight of staff, then those of agents; a section without an open page isn't shown."""


def sections(person: Person, served: Collection[str]) -> list[Section]:
    """What this person sees, of the views that are served."""
    seen = []
    for section in NAV:
        tabs = tuple(
            tab for tab in section.tabs if person.may(tab.right) and tab.endpoint in served
        )
        if tabs:
            seen.append(Section(section.label, section.icon, tabs))
    return seen


def current(
    seen: Collection[Section], endpoint: str, path: str, address: Callable[[str], str]
) -> tuple[Section | None, Tab | None]:
    """Where the view at this path is: its section and tab. A view that has no tab is where the
    tabs of its blueprint are, or the one that holds its blueprint: of several the one below whose
    address it is, else the first."""
    blueprint = endpoint.split(".")[0]
    near: tuple[Section | None, Tab | None] = (None, None)
    for section in seen:
        for tab in section.tabs:
            if tab.endpoint == endpoint:
                return section, tab
            if blueprint in (tab.endpoint.split(".")[0], *tab.holds) and (
                near[1] is None or path.startswith(f"{address(tab.endpoint)}/")
            ):
                near = section, tab
    return near
