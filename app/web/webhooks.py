"""Webhooks of payment providers: checked over the raw body, stored, answered at once.

What isn't signed, or isn't of the form of a provider that can't sign, is refused and kept nowhere.
What can't be stored is answered 503, so that it is
sent again. Nothing is looked at here; a job asks the provider.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, request

from app.db.errors import DatabaseUnavailable
from app.observability.logging import logger, where
from app.web.access import Caller
from app.web.doors import Door, Lock

MOST_BYTES = 65_536
_log = logger("webhooks")


def blueprint(
    provider: str, lock: Lock, authentic: Callable[[Mapping[str, str], bytes], bool],
    keep: Callable[[bytes], object],
) -> Blueprint:  # fmt: skip
    """`POST /webhooks/<provider>`, PUT as well (MTN sends either); in live mode with a token at its
    end."""
    routes = Blueprint(f"webhook_{provider}", __name__)

    def view() -> Response:
        body = request.stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            return _said("too large", 413)
        if not authentic({name.lower(): value for name, value in request.headers.items()}, body):
            _log.warning("forged_webhook", provider=provider)
            return _said("signature wanted", 401)
        try:
            keep(body)
        except DatabaseUnavailable as error:
            _log.error("webhook_not_stored", provider=provider, error=where(error))
            return _said("try again", 503)
        return _said("OK", 200)

    Door(routes, lock, Caller.VENDOR).post(f"/webhooks/{provider}", view, "PUT")
    return routes


def out_of_use(provider: str, lock: Lock, heard: Callable[[], None]) -> Blueprint:
    """The same path of a provider that isn't in use: nothing can be checked, so nothing is taken.
    503 has it send again, for the days in which the provider may be put back."""
    routes = Blueprint(f"webhook_{provider}", __name__)

    def view() -> Response:
        _log.warning("webhook_of_provider_out_of_use", provider=provider)
        try:
            heard()
        except DatabaseUnavailable as error:
            _log.error("webhook_not_told", provider=provider, error=where(error))
        return _said("not in use here: try again later", 503)

    Door(routes, lock, Caller.VENDOR).post(f"/webhooks/{provider}", view, "PUT")
    return routes


def _said(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain")
