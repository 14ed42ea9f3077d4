"""A handset behind Infobip: a path for each session, JSON, the newest input, a word of any end."""

import json
from collections.abc import Mapping

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_JSON = {"Content-Type": "application/json"}


class InfobipPhone:
    """A Phone, ToldAllEnds."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        fields = {
            "msisdn": call.msisdn.removeprefix("+"), "text": typed[-1] if typed else call.dialled,
            "imsi": call.network + "0123456789" if call.network else None,
            "shortCode": call.short_code, "optional": "", "ussdGwId": "live2", "language": None,
        }  # fmt: skip
        return _call(call, "POST", "response" if typed else "start", fields)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            screen = Screen(said["ussdMenu"], {True: True, False: False}[said["shouldClose"]])
            fine = said["responseExitCode"] == 200
        except (ValueError, KeyError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error
        if not fine:
            raise NotShown(said.get("responseMessage", ""))
        return screen

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _end(call, "user ended" if hung_up else "timeout")

    def concluded(self, call: Call, typed: tuple[str, ...], *, understood: bool) -> Wire:
        return _end(call, "ok" if understood else "application error")


def _end(call: Call, reason: str) -> Wire:
    return _call(call, "PUT", "end", {"exitCode": 0, "reason": reason})


def _call(call: Call, method: str, name: str, fields: Mapping[str, object]) -> Wire:
    return Wire(method, f"/{call.session}/{name}", headers=_JSON, body=json.dumps(fields).encode())
