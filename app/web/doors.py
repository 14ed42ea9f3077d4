"""Callback doors: which addresses may call, and the unguessable token that their paths end in.

Two tokens are valid at once, so that one can be changed. Who comes from elsewhere, or with another
token, learns no more than that there is no such page.
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Blueprint, Response, abort, request

from app.domain.addresses import NONE, Addresses
from app.web.access import Caller, open_to


@dataclass(frozen=True, slots=True)
class Lock:
    """What a door asks of its caller; without tokens (demo mode) or addresses, nothing."""

    tokens: tuple[str, ...] = ()
    addresses: Addresses = NONE

    def knows(self, address: str) -> bool:
        """May this address call? Looked at before anything else of a request is."""
        return not self.addresses or address in self.addresses

    def fits(self, token: str) -> bool:
        """Is this one of the valid tokens? Constant time per token."""
        given = token.encode()
        matches = [hmac.compare_digest(given, valid.encode()) for valid in self.tokens]
        return any(matches)


UNLOCKED = Lock()


class Door:
    """Adds callback routes of one gateway or vendor to a blueprint.

    With tokens, `<path>/<token>` answers and everything else is 404; without (demo mode), `<path>`
    answers.
    """

    def __init__(self, blueprint: Blueprint, lock: Lock, caller: Caller) -> None:
        self._blueprint = blueprint
        self._lock = lock
        self._caller = caller

    def post(self, path: str, view: Callable[[], Response], *also: str) -> None:
        """Serve POST, and what other methods are wanted `also`, on the path."""
        endpoint = path.strip("/").replace("/", "_")
        lock = self._lock

        @wraps(view)
        def guarded(token: str = "") -> Response:
            if not lock.knows(request.remote_addr or ""):
                abort(404)
            if lock.tokens and not lock.fits(token):
                abort(404)
            return view()

        open_to(self._caller)(guarded)
        full = f"{path}/<token>" if lock.tokens else path
        self._blueprint.add_url_rule(full, endpoint, guarded, methods=["POST", *also])
