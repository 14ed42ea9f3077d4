"""A phone in the browser, demo mode only. It talks to the real USSD endpoint, as a gateway does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, make_response, redirect, render_template, send_from_directory

from app.web.access import Caller, open_to

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Persona:
    """A number to try, and whose it is."""

    msisdn: str
    name: str


class _Network(NamedTuple):
    """What Africa's Talking sends as networkCode, and how it is called."""

    code: str
    label: str
    carrier: str


class _Price(NamedTuple):
    currency: str
    amount: str
    seconds: int


class _Key(NamedTuple):
    face: str
    letters: str
    spoken: str


NETWORKS = (
    _Network("62130", "MTN 62130", "MTN"), _Network("62120", "Airtel 62120", "Airtel"),
    _Network("62150", "Glo 62150", "Glo"), _Network("62160", "T2 (9mobile) 62160", "T2"),
    _Network("", "no code sent", "No code"), _Network("99999", "unknown 99999", "Unknown"),
)  # fmt: skip
"""Africa's Talking's codes for Nigeria; the field may be missing, and its
sandbox sends 99999."""

SESSION_PRICE = _Price("NGN", "6.98", 120)
"""What a Nigerian subscriber pays for each begun stretch of a session, and its seconds: end-user
billing as announced by the NCC in June 2025 (newspaper sources), shown as an assumption."""

KEYPAD = (
    _Key("1", "", "1"), _Key("2", "abc", "2"), _Key("3", "def", "3"),
    _Key("4", "ghi", "4"), _Key("5", "jkl", "5"), _Key("6", "mno", "6"),
    _Key("7", "pqrs", "7"), _Key("8", "tuv", "8"), _Key("9", "wxyz", "9"),
    _Key("*", "", "star"), _Key("0", "+", "0"), _Key("#", "", "hash"),
)  # fmt: skip


def simulator_blueprint(
    short_code: str, sandbox_base: str, personas: Sequence[Persona], budget: int
) -> Blueprint:
    """`/simulator/`. The page may talk to this server and to the sandbox and to nothing else.

    `short_code` is the dialled code (`*384*123#`), `sandbox_base` the sandbox's origin, `budget`
    the septets a screen may take.
    """
    routes = Blueprint("simulator", __name__, template_folder="templates")
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self' {sandbox_base}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    )

    @routes.get("/simulator")
    @open_to(Caller.DEMO)
    def without_slash() -> Response:
        return make_response(redirect("/simulator/"))

    @routes.get("/simulator/")
    @open_to(Caller.DEMO)
    def page() -> Response:
        answer = make_response(
            render_template(
                "simulator.html", short_code=short_code, sandbox=sandbox_base, personas=personas,
                networks=NETWORKS, price=SESSION_PRICE, keypad=KEYPAD, budget=budget, phones=(1, 2),
            )
        )  # fmt: skip
        answer.headers["Content-Security-Policy"] = policy
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @routes.get("/simulator/static/<path:name>")
    @open_to(Caller.DEMO)
    def static_file(name: str) -> Response:
        answer = send_from_directory(_HERE / "static", name, max_age=0)
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    return routes
