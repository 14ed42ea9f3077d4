"""A handset behind Safaricom's own gateway: a query string; what was dialled behind the first
number of the code, and then typed, grows in one parameter."""

from collections.abc import Mapping
from urllib.parse import urlencode

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire


class SafaricomPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        dest, *behind = call.dialled.strip("*#").split("*")
        fields = {
            "ORIG": call.msisdn.removeprefix("+"), "DEST": dest, "SESSION_ID": call.session,
            "USSD_PARAMS": "*".join((*behind, *typed)),
        }  # fmt: skip
        return Wire("GET", query=urlencode(fields))

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        word, space, text = body.decode().partition(" ")
        if status != 200 or word not in {"CON", "END"} or not space:
            raise NotShown(f"{status} {body[:60]!r}")
        return Screen(text, word == "END")

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return None
