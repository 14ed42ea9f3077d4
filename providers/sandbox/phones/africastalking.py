"""A handset behind Africa's Talking: a form with the whole history, a form for each SMS."""

from collections.abc import Mapping
from urllib.parse import urlencode

from providers.sandbox.phones.call import Call, NotShown, Screen, Text, Wire

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class AfricasTalkingPhone:
    """A Phone, ToldAllEnds."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        return _form(call, "", {"text": "*".join(call.suffix + typed)})

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        word, space, text = body.decode().partition(" ")
        if status != 200 or word not in {"CON", "END"} or not space:
            raise NotShown(f"{status} {body[:60]!r}")
        return Screen(text, word == "END")

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _event(call, typed, "Incomplete")

    def concluded(self, call: Call, typed: tuple[str, ...], *, understood: bool) -> Wire:
        return _event(call, typed, "Success" if understood else "Failed")


def text(sms: Text) -> Wire:
    """An SMS as its incoming message notification tells it."""
    network = {"networkCode": sms.network} if sms.network else {}
    fields = {"date": sms.at.strftime("%Y-%m-%d %H:%M:%S"), "from": sms.msisdn, "id": sms.id,
              "text": sms.text, "to": sms.to, **network}  # fmt: skip
    return Wire("POST", "/inbound", headers=_FORM, body=urlencode(fields).encode())


def _event(call: Call, typed: tuple[str, ...], status: str) -> Wire:
    return _form(call, "/events", {"status": status, "hopsCount": str(len(typed) + 1)})


def _form(call: Call, tail: str, more: dict[str, str]) -> Wire:
    network = {"networkCode": call.network} if call.network else {}
    fields = {"sessionId": call.session, "serviceCode": call.short_code,
              "phoneNumber": call.msisdn, **network, **more}  # fmt: skip
    return Wire("POST", tail, headers=_FORM, body=urlencode(fields).encode())
