"""Every route says who may call it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flask import Blueprint

from app.domain.sign_in import SessionRules
from app.ports.channels import Unreadable
from app.web import callbacks, health, ussd
from app.web.access import Caller
from app.web.api.desk import ApiDesk
from app.web.api.site import api
from app.web.application import create_app
from app.web.backoffice.desk import Desk
from app.web.backoffice.site import backoffice
from app.web.doors import UNLOCKED
from app.web.simulator import simulator_blueprint
from providers.channels.africastalking.ussd import AfricasTalkingUssd
from tests.fakes.clock import FixedClock

_NOTHING: Any = None


def every_blueprint() -> list[Blueprint]:
    """Of everything that is served, made of nothing."""
    door = ussd.UssdDoor(AfricasTalkingUssd("*384*123#"), UNLOCKED, _never, _never)
    return [
        ussd.blueprint({"africastalking": door}),
        callbacks.sms_blueprint(
            "africastalking", UNLOCKED, {"inbound": (_never, _never)}, b"OK", ()
        ),
        callbacks.vendor_blueprint(
            "vtpass", UNLOCKED, Unreadable, {"": (_never, _never, callbacks.said_ok)}
        ),
        health.blueprint({}, lambda: b""),
        simulator_blueprint("*384*123#", "http://127.0.0.1:8001", [], [], [], ""),
        *backoffice(_desk()),
        api(ApiDesk(*(_NOTHING,) * 4, b"key")),
    ]


def _desk() -> Desk:
    nothing: Any = None
    context: Any = SimpleNamespace(web_sessions=SessionRules(), clock=FixedClock())
    return Desk(context, *(nothing,) * 6, b"key", "memory://")


def _never(*_: Any) -> Any:
    raise AssertionError("no route is called here")


def test_every_route_declares_its_callers() -> None:
    app = create_app(every_blueprint())
    undeclared = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if not _declares(app.view_functions[rule.endpoint])
    ]
    assert undeclared == []


def _declares(view: Callable[..., Any]) -> bool:
    return isinstance(getattr(view, "open_to", None), Caller)
