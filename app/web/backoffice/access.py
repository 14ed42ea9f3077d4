"""Who may open a page: every view carries a mark, and a page without one opens for nobody."""

from collections.abc import Callable
from typing import TypeVar, cast

from flask import g

from app.domain.roles import Right
from app.services.backoffice.person import Person
from app.web.access import Caller, open_to

View = TypeVar("View", bound=Callable[..., object])


def needs(right: Right, *, passive: bool = False) -> Callable[[View], View]:
    """Opens for whoever holds the right. `passive`: the page asks by itself (a part that renews
    itself), which doesn't keep a session alive."""

    def mark(view: View) -> View:
        view.needs = right  # type: ignore[attr-defined]
        view.passive = passive  # type: ignore[attr-defined]
        return open_to(Caller.BACKOFFICE)(view)

    return mark


def anybody(view: View) -> View:
    """Opens without signing in: the sign-in pages."""
    view.anybody = True  # type: ignore[attr-defined]
    return open_to(Caller.BACKOFFICE)(view)


def asset(view: View) -> View:
    """What pages are drawn with: opens for anybody, and a browser may keep it."""
    view.asset = True  # type: ignore[attr-defined]
    return anybody(view)


def step_up(view: View) -> View:
    """For money actions, below `needs`: wants a code of the app not older than five minutes. What
    was sent by a form is sent again with the code: nothing is typed twice."""
    view.step_up = True  # type: ignore[attr-defined]
    return view


def person() -> Person:
    """Whoever sent this request; only in views that `needs` something."""
    return cast("Person", g.person)
