"""Who may call a route: every route says so, and a test walks them all."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Caller(StrEnum):
    GATEWAY = "gateway"
    VENDOR = "vendor"
    OPERATIONS = "operations"
    DEMO = "demo"
    BACKOFFICE = "backoffice"
    API = "api"


def open_to(caller: Caller) -> Callable[[View], View]:
    """Declare who may call the view."""

    def mark(view: View) -> View:
        view.open_to = caller  # type: ignore[attr-defined]
        return view

    return mark
