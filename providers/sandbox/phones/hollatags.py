"""A handset behind Hollatags: a query string, the newest input, an operation; JSON comes back."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_CLOSES = {("continue", 1): False, ("end", 4): True}


class HollatagsPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        return _push(
            call, "continue" if typed else "begin", typed[-1] if typed else call.dialled
        )  # fmt: skip

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            close = _CLOSES[said["session_operation"], said["session_type"]]
            return Screen(said["session_msg"], close)
        except (ValueError, KeyError, TypeError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _push(call, "end", "")


def _push(call: Call, operation: str, message: str) -> Wire:
    fields = {
        "session_msisdn": call.msisdn.removeprefix("+"), "session_operation": operation,
        "session_msg": message, "session_id": call.session, "session_from": call.short_code,
        "session_type": "1", "session_mno": call.operator,
    }  # fmt: skip
    return Wire("GET", query=urlencode(fields))
