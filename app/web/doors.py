"""Callback doors: in live mode each path ends in an unguessable token, two valid at once."""

import hmac
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, abort

from app.web.access import Caller, open_to


class Door:
    """Adds callback routes of one gateway or vendor to a blueprint.

    With tokens, `<path>/<token>` answers and everything else is 404; without (demo mode), `<path>`
    answers.
    """

    def __init__(self, blueprint: Blueprint, tokens: tuple[str, ...], caller: Caller) -> None:
        self._blueprint = blueprint
        self._tokens = tokens
        self._caller = caller

    def post(self, path: str, view: Callable[[], Response], *also: str) -> None:
        """Serve POST, and what other methods are wanted `also`, on the path."""
        endpoint = path.strip("/").replace("/", "_")

        @wraps(view)
        def guarded(token: str = "") -> Response:
            if self._tokens and not self.admits(token):
                abort(404)
            return view()

        open_to(self._caller)(guarded)
        full = f"{path}/<token>" if self._tokens else path
        self._blueprint.add_url_rule(full, endpoint, guarded, methods=["POST", *also])

    def admits(self, token: str) -> bool:
        """Is this one of the valid tokens? Constant time per token."""
        return admits(self._tokens, token)


def admits(tokens: tuple[str, ...], token: str) -> bool:
    """Is `token` one of `tokens`?"""
    matches = [hmac.compare_digest(token.encode(), valid.encode()) for valid in tokens]
    return any(matches)
