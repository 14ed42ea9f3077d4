"""A handset behind Hubtel: JSON, the newest input, hops counted."""

import json
from collections.abc import Mapping

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_JSON = {"Content-Type": "application/json"}


class HubtelPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        message = typed[-1] if typed else call.dialled
        return _push(call, len(typed), "response" if typed else "initiation", message)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            return Screen(said["Message"], {"response": False, "release": True}[said["Type"]])
        except (ValueError, KeyError, TypeError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _push(call, len(typed) + 1, "release" if hung_up else "Timeout", "")


def _push(call: Call, before: int, kind: str, message: str) -> Wire:
    fields = {
        "Sequence": str(before + 1), "Type": kind, "Message": message,
        "ServiceCode": call.short_code.strip("*#"), "Operator": call.operator.lower(),
        "ClientState": "", "Mobile": call.msisdn.removeprefix("+"), "SessionId": call.session,
    }  # fmt: skip
    return Wire("POST", headers=_JSON, body=json.dumps(fields).encode())
