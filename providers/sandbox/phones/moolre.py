"""A handset behind Moolre: JSON, the newest input, what was dialled behind the code in `data`."""

import json
from collections.abc import Mapping

from providers.sandbox.phones.call import Call, NotShown, Screen, Wire

_JSON = {"Content-Type": "application/json"}
_NETWORKS = {"MTN": 3, "AIRTELTIGO": 5, "VODAFONE": 6}


class MoolrePhone:
    """A Phone."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        fields = {
            "sessionid": call.session, "new": not typed, "msisdn": call.msisdn.removeprefix("+"),
            "network": _NETWORKS.get(call.operator, 0),
            "message": typed[-1] if typed else call.dialled,
            "extension": int(call.short_code.strip("*#").rpartition("*")[2]),
            "data": "*".join(call.suffix),
        }  # fmt: skip
        return Wire("POST", headers=_JSON, body=json.dumps(fields).encode())

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        try:
            said = json.loads(body)
            return Screen(said["message"], {True: False, False: True}[said["reply"]])
        except (ValueError, KeyError) as error:
            raise NotShown(f"{status} {body[:60]!r}") from error

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return None
