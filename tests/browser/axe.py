"""Goes to every page of the back-office as everybody who may see it, and writes what axe-core finds
into docs/accessibility.md. Run by `make axe`; fails where a page has a serious or critical finding,
is wider than its window, or has something to say in the console.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.bootstrap.doors import backoffice_doors
from app.domain.roles import AGENT_ROLES, Role
from app.web.application import create_app
from tests.browser.office import Office
from tests.browser.places import PLACES, Place, endpoint_of, visits
from tests.browser.showroom import showroom
from tests.browser.sight import AXE_VERSION, LOOKS, NARROW, WIDE, Look, Sight, visitor
from tests.factories.chromium import chromium

DOC = Path(__file__).resolve().parents[2] / "docs/accessibility.md"
_IMPACTS = ("critical", "serious", "moderate", "minor")
_HEAD = f"""\
# Accessibility of the back-office

Written by `make axe`: every page, as every role that may see it, in Chromium with axe-core
{AXE_VERSION} (all its rules: WCAG 2.0 to 2.2, A and AA, and its best practices), light at
{WIDE.width} px and dark at {NARROW.width} px; the first role of each page in both, the others in
one of them by turns. No page has a serious or critical finding, says anything in the console, is
refused anything by its policy or is wider than its window: the command fails otherwise. `make test`
sees a page of each template; a page that is missing from the table (`tests/browser/places.py`)
fails a test.

Of the roles that see a page the worst figures count: the fewest rules passed, the most findings.
*Incomplete* are rules that axe-core couldn't decide by itself. *KB* is what comes over the wire for
the page and what it loads, headers included, once the browser has the style sheets, scripts and
icons, which it keeps for good; *sent* is a page that a form leads to, with the page before it.
{{first}}
| Page | Seen as | Passed, light | Incomplete | Found | Passed, dark | Incomplete | Found | KB |
|---|---|---|---|---|---|---|---|---|
"""
_ROLES = {
    "staff": frozenset(Role) - AGENT_ROLES, "agents": AGENT_ROLES, "everybody": frozenset(Role),
}  # fmt: skip


@dataclass
class Row:
    """What was seen of a place, in each look by each role."""

    place: Place
    roles: list[Role | None] = field(default_factory=list)
    sights: dict[Look, list[Sight]] = field(default_factory=dict)

    def line(self) -> str:
        cells = [f"{_page(self.place)}", _seen_as(self.roles)]
        for look in LOOKS:
            seen = self.sights[look]
            most = Counter[str]()
            for sight in seen:
                most |= Counter(sight.found)
            cells += [
                str(min(sight.passed for sight in seen)),
                ", ".join(sorted({rule for sight in seen for rule in sight.incomplete})) or "none",
                ", ".join(f"{most[one]} {one}" for one in _IMPACTS if most[one]) or "none",
            ]
        largest = max(sight.bytes for seen in self.sights.values() for sight in seen)
        return f"| {' | '.join([*cells, f'{largest / 1000:.0f}'])} |"


def main() -> int:
    """The document, and what may not be."""
    program = chromium()
    if program is None:
        print("no Chromium here: make browser", file=sys.stderr)
        return 1
    rows = [Row(place) for place in PLACES]
    with showroom() as (office, names), sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        problems = list(_walk(browser, office, names, rows))
        first = first_load(browser, office, names)
        browser.close()
    told = (
        f"The first page that a browser ever opens here brings {first / 1000:.0f} KB, all told.\n"
    )
    DOC.write_text(_HEAD.format(first=told) + "\n".join(row.line() for row in rows) + "\n")
    print("\n".join(problems) or f"no finding that may not be; {DOC} is written", file=sys.stderr)
    return 1 if problems else 0


def _walk(
    browser: Browser, office: Office, names: Mapping[str, str], rows: list[Row]
) -> Iterator[str]:
    """The first who may see a page sees it in both looks, the others, to whom it is the same but
    for its buttons, in one of them by turns; the problems."""
    app = create_app(backoffice_doors(office.parts))
    tours: dict[tuple[Role | None, Look], list[Row]] = {}
    for row in rows:
        view = app.view_functions[endpoint_of(row.place, app.url_map)]
        row.roles = list(visits(row.place, getattr(view, "needs", None)))
        for number, role in enumerate(row.roles):
            for look in LOOKS if number == 0 else [LOOKS[number % len(LOOKS)]]:
                tours.setdefault((role, look), []).append(row)
    for (role, look), tour in tours.items():
        at = f"as {role or 'nobody'} at {look.width} px"
        with visitor(browser, office, names, role, look) as who:
            for row in tour:
                sight = who.go(row.place, briefly=role != row.roles[0])
                row.sights.setdefault(look, []).append(sight)
                yield from (f"{row.place.path} {at}: {one}" for one in sight.problems)
        yield from (f"{at}, console: {one}" for one in who.watched.problems)


def first_load(browser: Browser, office: Office, names: Mapping[str, str]) -> int:
    """Bytes of an agent's first page in a browser that has nothing yet."""
    with visitor(browser, office, names, Role.AGENT, NARROW) as who:
        who.page.wait_for_load_state("networkidle")
        return sum(who.received)


def _page(place: Place) -> str:
    shown = f"`/{place.ends or place.path}`".replace("|", "\\|").replace("{", "<").replace("}", ">")
    sent = ", sent" if place.steps else ""
    return f"{shown}{sent}{f', {place.status}' if place.status != 200 else ''}"


def _seen_as(roles: list[Role | None]) -> str:
    for name, whole in _ROLES.items():
        if set(roles) == whole:
            return name
    return ", ".join(role.value.replace("_", " ") if role else "nobody yet" for role in roles)


if __name__ == "__main__":
    sys.exit(main())
