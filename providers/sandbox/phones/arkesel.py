"""A handset behind Arkesel: JSON, the newest input, no word of a session's end."""

import json
from collections.abc import Mapping

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_JSON = {"Content-Type": "application/json"}
_USER = "NEXUSTOP"
"""The account, as Arkesel calls it; an answer names it again."""


class ArkeselPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        fields = {
            "sessionID": call.session, "userID": _USER, "newSession": not typed,
            "msisdn": call.msisdn.removeprefix("+"),
            "userData": typed[-1] if typed else call.dialled, "network": call.operator,
        }  # fmt: skip
        return Wire("POST", headers=_JSON, body=json.dumps(fields).encode())

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            return Screen(said["message"], {True: False, False: True}[said["continueSession"]])
        except (ValueError, KeyError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return None
