"""A handset behind Comviva Flares: a query string, the newest input; a header says what follows."""

from collections.abc import Mapping
from urllib.parse import urlencode

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire


class ComvivaPhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        number = call.msisdn.removeprefix("+")
        fields = {
            "SessionID": call.session, "MSISDN": number, "MSC": number,
            "input": typed[-1] if typed else call.dialled.strip("*#"),
        }  # fmt: skip
        return Wire("GET", query=urlencode(fields))

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        flow = headers.get("freeflow", "")
        if status != 200 or flow not in {"FC", "FB"} or not body:
            raise NotShown(f"{status} {flow!r} {body[:60]!r}")
        return Screen(body.decode(), flow == "FB")

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        """As it was seen on the wire, parameters without a name and all."""
        number = call.msisdn.removeprefix("+")
        fields = {"msisdn": number, "clean": "cleann", "error": "523", "SessionID": call.session}
        return Wire("GET", query=f"{urlencode(fields)}&MSC={number}&=&=en&=&=&=postpaid")
