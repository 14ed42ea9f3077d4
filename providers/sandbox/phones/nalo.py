"""A handset behind Nalo: JSON, the newest input, texts of at most 120 signs, no word of an end."""

import json
from collections.abc import Mapping

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_JSON = {"Content-Type": "application/json"}
_LONGEST = 120
_USER = "NEXUSTOP"
"""The USERID that Nalo gives: eight signs."""


class NaloPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        fields = {
            "USERID": _USER, "MSISDN": call.msisdn.removeprefix("+"),
            "USERDATA": typed[-1] if typed else call.dialled, "MSGTYPE": not typed,
            "NETWORK": call.operator, "SESSIONID": call.session,
        }  # fmt: skip
        return Wire("POST", headers=_JSON, body=json.dumps(fields).encode())

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            screen = Screen(said["MSG"], {True: False, False: True}[said["MSGTYPE"]])
        except (ValueError, KeyError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error
        if len(screen.text) > _LONGEST:
            raise NotShown(f"MSG of {len(screen.text)} signs")
        return screen

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return None
