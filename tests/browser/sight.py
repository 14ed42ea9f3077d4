"""What is seen of a page: findings of axe-core, what its console said, what came over the wire."""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from app.domain.roles import Role
from tests.browser.office import Office, Watched
from tests.browser.places import Place

AXE_VERSION = "4.14.1"
AXE = Path(__file__).parent / f"vendor/axe-core-{AXE_VERSION}/axe.min.js"
_ALIKE = (".rows tbody tr:nth-child(n+4)", ".trail li:nth-child(n+9)", "option:nth-child(n+9)")
"""What is like the one before it."""
HEAVIEST = 60_000
"""Bytes over the wire after the first page: eight seconds on a slow line."""
GRAVE = frozenset({"serious", "critical"})


@dataclass(frozen=True, slots=True)
class Look:
    """A window of this size, in this theme."""

    width: int
    height: int
    scheme: str


WIDE = Look(1280, 800, "light")
NARROW = Look(360, 740, "dark")
LOOKS = (WIDE, NARROW)
"""Both widths and both themes, each once: that is what changes a page."""


@dataclass(frozen=True, slots=True)
class Sight:
    """`passed` and `incomplete` are numbers of axe-core's rules, `found` has those that failed by
    impact, `said` each of them in words; `bytes` came over the wire, headers included."""

    passed: int
    incomplete: tuple[str, ...]
    found: Mapping[str, int]
    said: tuple[str, ...]
    bytes: int
    too_wide: int

    @property
    def problems(self) -> list[str]:
        """What may not be."""
        wide = [f"{self.too_wide} px wider than the window"] if self.too_wide > 0 else []
        heavy = [f"{self.bytes} bytes"] if self.bytes > HEAVIEST else []
        return [one for one in self.said if one.split(":")[0] in GRAVE] + wide + heavy


@dataclass
class Visitor:
    """Somebody of a role (None: nobody who is signed in) in front of a window."""

    page: Page
    office: Office
    names: Mapping[str, str]
    look: Look
    watched: Watched
    received: list[int] = field(default_factory=list)

    def go(self, place: Place, *, briefly: bool = False) -> Sight:
        """Take the place's steps, and look. `briefly`: of rows that are alike at the first ones."""
        self._last_code(minutes_ago=60 if place.stale else 0)
        self.received.clear()
        address = place.path.format(**self.names)
        answer = self.page.goto(f"/backoffice/{address}")
        assert answer is not None
        if place.steps is None:
            assert answer.status == place.status, (place.path, answer.status)
        else:
            place.steps(self.page, self.names)
            if place.ends:
                self.page.wait_for_url(f"**/backoffice/{place.ends}")
            self.page.wait_for_load_state()
        return sight_of(self.page, sum(self.received), self.look.width, briefly=briefly)

    def _last_code(self, minutes_ago: int) -> None:
        with self.office.parts.db.statement() as tx:
            tx.run(
                "update web_sessions set stepped_up_at = now() - %s * interval '1 minute'",
                (minutes_ago,),
            )


@contextmanager
def visitor(
    browser: Browser, office: Office, names: Mapping[str, str], role: Role | None, look: Look
) -> Iterator[Visitor]:
    """A window that has loaded a first page, so what browsers keep of it is there."""
    context = browser.new_context(
        base_url=office.address, viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme, locale="en-GB",  # type: ignore[arg-type]
    )  # fmt: skip
    context.set_default_timeout(10_000)
    page = context.new_page()
    if role is not None:
        office.sign_in(context, role, page.evaluate("navigator.userAgent"))
    made = Visitor(page, office, names, look, Watched(page))
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda one: made.received.append(one["encodedDataLength"]))
    page.goto("/backoffice/" if role else "/backoffice/sign-in")
    yield made
    context.close()


def sight_of(page: Page, received: int, width: int, *, briefly: bool) -> Sight:
    """What axe-core says to the page as it stands."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "left => axe.run({ exclude: left }, { resultTypes: ['violations', 'incomplete'] })",
        [[one] for one in _ALIKE] if briefly else [],
    )
    violations = found["violations"]
    return Sight(
        passed=len(found["passes"]),
        incomplete=tuple(one["id"] for one in found["incomplete"]),
        found=Counter(one["impact"] for one in violations),
        said=tuple(
            f"{one['impact']}: {one['id']}: {one['help']}:"
            f" {[node['html'][:200] for node in one['nodes'][:3]]}"
            for one in violations
        ),
        bytes=received,
        too_wide=page.evaluate("document.documentElement.scrollWidth") - width,
    )
