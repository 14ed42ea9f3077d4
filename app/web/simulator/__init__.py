"""A phone in the browser, demo mode only. The sandbox puts its keys through to the real USSD
endpoints, as each gateway does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flask import Blueprint, Response, make_response, redirect, render_template, send_from_directory

from app.domain.operators import COUNTRY_CURRENCY, Operator, operators_in
from app.web.access import Caller, open_to

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Persona:
    """A number to try, and whose it is; `recorded_as` is how a journey script says so."""

    msisdn: str
    name: str
    recorded_as: str


@dataclass(frozen=True, slots=True)
class Line:
    """A gateway that the phone can be behind, and the septets a screen of it may take."""

    gateway: str
    budget: int

    @property
    def label(self) -> str:
        return called(self.gateway)


class Network(NamedTuple):
    """The SIM's network code, how it is called, and what its numbers look like (`x`: a digit)."""

    code: str
    label: str
    carrier: str
    numbers: str


class _Price(NamedTuple):
    currency: str
    amount: str
    seconds: int


class _Key(NamedTuple):
    face: str
    letters: str
    spoken: str


_CALLED = {
    "africastalking": "Africa's Talking", "comviva": "Comviva Flares", "madapi": "MTN MADAPI",
    "truroute": "TruRoute",
}  # fmt: skip
_COUNTRIES = {
    "NG": "Nigeria", "KE": "Kenya", "GH": "Ghana", "UG": "Uganda", "RW": "Rwanda", "TZ": "Tanzania",
}  # fmt: skip
_LENGTHS = {"NG": 14}
"""Of an MSISDN with its plus; 13 in the other countries."""


def called(gateway: str) -> str:
    """A gateway's own way to write its name."""
    return _CALLED.get(gateway, gateway.capitalize())


def _network(operator: Operator) -> Network:
    code, prefix = operator.network_codes[-1], operator.prefixes[0]
    numbers = prefix.ljust(_LENGTHS.get(operator.country, 13), "x")
    return Network(code, f"{operator.name} {code}", operator.name, numbers)


_NOBODYS = "+234703xxxxxxx"
NETWORKS = {
    **{_COUNTRIES[at]: tuple(map(_network, operators_in(at))) for at in COUNTRY_CURRENCY},
    "Of no operator": (
        Network("", "no code sent", "No code", _NOBODYS),
        Network("99999", "unknown 99999", "Unknown", _NOBODYS),
    ),
}  # fmt: skip
"""By country, every operator's. The code may be missing; 99999 is what Africa's Talking's sandbox
sends."""

SESSION_PRICE = _Price("NGN", "6.98", 120)
"""What a Nigerian subscriber pays for each begun stretch of a session, and its seconds: end-user
billing as announced by the NCC in June 2025 (newspaper sources), shown as an assumption."""

DELAYS = ((0, "No delay"), (2_000, "2 s late"), (6_000, "6 s late"), (12_000, "12 s late"))
"""Of a slow network, in milliseconds; handsets give up after 10 s."""

KEYPAD = (
    _Key("1", "", "1"), _Key("2", "abc", "2"), _Key("3", "def", "3"),
    _Key("4", "ghi", "4"), _Key("5", "jkl", "5"), _Key("6", "mno", "6"),
    _Key("7", "pqrs", "7"), _Key("8", "tuv", "8"), _Key("9", "wxyz", "9"),
    _Key("*", "", "star"), _Key("0", "+", "0"), _Key("#", "", "hash"),
)  # fmt: skip


def simulator_blueprint(
    short_code: str, sandbox_base: str, personas: Sequence[Persona], lines: Sequence[Line],
    sms_gateways: Sequence[str], demo_pin: str,
) -> Blueprint:  # fmt: skip
    """`/simulator/`. The page may talk to this server and to the sandbox and to nothing else.

    `short_code` is the dialled code (`*384*123#`), `sandbox_base` the sandbox's origin, `demo_pin`
    the PIN of the personas; `sms_gateways` are those an SMS of theirs can come through.
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
                networks=NETWORKS, price=SESSION_PRICE, keypad=KEYPAD, lines=lines,
                sms_gateways=sms_gateways, called=called, demo_pin=demo_pin, delays=DELAYS,
                phones=(1, 2),
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
