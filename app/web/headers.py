"""Headers of every answer, for browsers that come upon it; a page says what it needs besides."""

from collections.abc import Mapping
from datetime import timedelta

from flask import Flask, Response

_YEAR = timedelta(days=365)
NO_PAGE = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Content security policy of an answer that is no page: nothing in it is loaded or run."""
DEFAULTS: Mapping[str, str] = {
    "Content-Security-Policy": NO_PAGE,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HSTS = {"Strict-Transport-Security": f"max-age={int(_YEAR.total_seconds())}; includeSubDomains"}
OF_HOPS = (
    ("Content-Security-Policy", NO_PAGE),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
"""Of the answers that never see Flask: gateways read those, and every hop pays for each header."""


def protect(app: Flask, *, https_only: bool) -> None:
    """Give every answer of the application the headers that it doesn't have. `https_only`: browsers
    are told to come by HTTPS from now on."""
    wanted = {**DEFAULTS, **(HSTS if https_only else {})}

    @app.after_request
    def protected(response: Response) -> Response:
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        return response
