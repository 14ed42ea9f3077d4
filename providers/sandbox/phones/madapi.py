"""A handset behind MTN MADAPI: JSON, the newest input, a word of every session's end."""

import json
from collections.abc import Mapping

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_JSON = {"Content-Type": "application/json"}
_BEGIN, _CONTINUE, _CANCEL, _TIMEOUT = "0", "1", "4", "5"
_OVER = {1: False, 2: True}


class MadapiPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        return _push(call, _CONTINUE, typed[-1]) if typed else _push(call, _BEGIN, call.dialled)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            data = said["data"]
            screen = Screen(data["inboundResponse"], _OVER[data["messageType"]])
            complete = said["statusCode"] == "0000" and said["_link"]["self"]["href"]
            agrees = data["userInputRequired"] is not screen.close
        except (ValueError, KeyError, TypeError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error
        if not complete or not agrees or not {"statusMessage", "transactionId"} <= said.keys():
            raise NotShown(f"{status} {body[:60]!r}")
        return screen

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _push(call, _CANCEL if hung_up else _TIMEOUT, "user cancelled" if hung_up else "")


def _push(call: Call, kind: str, text: str) -> Wire:
    fields = {
        "sessionId": call.session, "messageType": kind, "msisdn": call.msisdn.removeprefix("+"),
        "serviceCode": call.short_code.strip("*#"), "ussdString": text, "language": "en",
        "imsi": call.network + "0123456789" if call.network else "",
    }  # fmt: skip
    return Wire("POST", headers=_JSON, body=json.dumps(fields).encode())
