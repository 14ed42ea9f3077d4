"""A handset behind TruRoute: XML, the newest input, a number for what happens."""

import re
from collections.abc import Mapping
from html import escape, unescape

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_XML = {"Content-Type": "text/xml"}
_SAID = re.compile(r"<ussd><type>([23])</type><msg>([^<]*)</msg></ussd>")


class TruRoutePhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        return _push(call, "2", typed[-1]) if typed else _push(call, "1", call.dialled)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        said = _SAID.fullmatch(body.decode())
        if status != 200 or said is None:
            raise NotShown(f"{status} {body[:60]!r}")
        return Screen(unescape(said[2]), said[1] == "3")

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _push(call, "3" if hung_up else "4", "")


def _push(call: Call, kind: str, message: str) -> Wire:
    fields = {
        "msisdn": call.msisdn.removeprefix("+"), "sessionid": call.session, "type": kind,
        "msg": message,
    }  # fmt: skip
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
    return Wire("POST", headers=_XML, body=f"<ussd>{inside}</ussd>".encode())
