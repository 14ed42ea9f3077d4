"""A phone in the browser, demo mode only. It talks to the real USSD endpoint, as a gateway does."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, make_response, redirect, render_template, send_from_directory

from app.web.access import Caller, open_to

_HERE = Path(__file__).parent
NETWORKS = (
    ("62130", "MTN"), ("62120", "Airtel"), ("62150", "Glo"), ("62160", "T2"),
    ("", "none sent"), ("99999", "unknown"),
)  # fmt: skip
SESSION_PRICE = ("NGN 6.98", 120)
"""What a Nigerian subscriber pays for each begun stretch of a session, and its seconds: end-user
billing as announced by the NCC in June 2025 (newspaper sources), shown as an assumption."""


@dataclass(frozen=True, slots=True)
class Persona:
    """A number to try, and whose it is."""

    msisdn: str
    name: str


def simulator_blueprint(
    short_code: str, sandbox_base: str, personas: Sequence[Persona], budget: int
) -> Blueprint:
    """`/simulator/`. The page may talk to this server and to the sandbox and to nothing else."""
    routes = Blueprint("simulator", __name__, template_folder="templates")
    policy = (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
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
                networks=NETWORKS, price=SESSION_PRICE, budget=budget, phones=(1, 2),
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
