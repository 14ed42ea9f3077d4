"""The left navigation: sections, and the pages inside each. Nobody sees more than eight sections.

A section leads to the first of its pages that is open to the person; with several, they are the
tabs on top of each.
"""

from collections.abc import Collection
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
        Tab("Queue", "queue.waiting", Right.SEE_QUEUE, ("breaks", "cases")),
        Tab("Approvals", "approvals.all_tickets", Right.SEE_APPROVALS),
    )),
    Section("Business", "graph-up"),
    Section("Orders", "receipt", (
        Tab("Orders", "orders.all_orders", Right.SEE_ORDERS),
    )),
    Section("Subscribers", "people", (
        Tab("Messages", "messages.all_messages", Right.SEE_MESSAGES, ("broadcasts",)),
    )),
    Section("Money", "bank"),
    Section("Selling", "tags"),
    Section("Agents", "shop", (
        Tab("Tree", "agents.tree", Right.SEE_AGENTS),
        Tab("All agents", "agents.everybody", Right.SEE_AGENTS),
    )),
    Section("Office", "shield-lock", (
        Tab("Staff", "staff.everybody", Right.SEE_STAFF),
        Tab("Roles", "staff.roles", Right.SEE_STAFF),
        Tab("Settings", "settings.everything", Right.SEE_SETTINGS),
        Tab("Audit log", "audit.all_entries", Right.SEE_AUDIT),
        Tab("Exports", "exports.mine", Right.EXPORT),
    )),
    Section("Counter", "house"),
    Section("Sell", "phone"),
    Section("Cash", "cash-coin"),
    Section("Customers", "person-plus"),
    Section("Float", "wallet2"),
    Section("Team", "diagram-3"),
    Section("Day", "journal-text"),
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


def current(seen: Collection[Section], endpoint: str) -> tuple[Section | None, Tab | None]:
    """Where the view is: its section and tab. A view that has no tab is where its blueprint's
    first one is, or the one that holds its blueprint."""
    blueprint = endpoint.split(".")[0]
    for exact in (True, False):
        for section in seen:
            for tab in section.tabs:
                same = tab.endpoint == endpoint
                near = blueprint in (tab.endpoint.split(".")[0], *tab.holds)
                if same or (not exact and near):
                    return section, tab
    return None, None
