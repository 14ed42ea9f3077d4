"""A handset behind a Kannel: its SMS posted as they are, its USSD as messages with TLVs, from an
SMSC that speaks USSD in SMPP."""

import hashlib
import re
import time
from collections.abc import Mapping
from urllib.parse import urlencode

from providers.sandbox.phones.call import Call, NotShown, Screen, Text, Wire

_TEXT = {"Content-Type": 'text/plain; charset="UTF-8"'}
_WIDE_TEXT = {"Content-Type": 'text/plain; charset="UTF-16BE"'}
_GSM_LETTERS = frozenset("£¤¥§¡¿ÄÅÆÇÉÑÖØÜßàäåæèéìñòöøùüΓΔΘΛΞΠΣΦΨΩ€")
"""Those of GSM 03.38 outside ASCII: a handset sends all else as UCS-2."""
_TLVS = re.compile(r"\?smpp\?ussd_service_op=%([0-9a-f]{2})&its_session_info=%(..)%(..)&")
_BEGINS, _INPUT, _ABORT = 1, 18, 129
_MORE = {2: True, 17: False}


class KannelPhone:
    """A Phone. The dialogue's number follows from the call's session."""

    def hop(self, call: Call, typed: tuple[str, ...]) -> Wire:
        if typed:
            return _message(call, len(typed), _INPUT, typed[-1])
        return _message(call, 0, _BEGINS, call.dialled)

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Screen:
        tlvs = _TLVS.fullmatch(headers.get("x-kannel-meta-data", ""))
        operation = int(tlvs[1], 16) if tlvs else 0
        if status != 200 or tlvs is None or operation not in _MORE:
            raise NotShown(f"{status} {body[:60]!r}")
        over = bool(int(tlvs[3], 16) & 1)
        if over == _MORE[operation]:
            raise NotShown("the operation and the end bit contradict each other")
        return Screen(body.decode(), over)

    def ended(self, call: Call, typed: tuple[str, ...], *, hung_up: bool) -> Wire | None:
        return _message(call, len(typed) + 1, _ABORT, "")


def text(sms: Text) -> Wire:
    """An SMS as docs/kannel.md has Kannel post it; UCS-2 comes as UTF-16BE."""
    query = urlencode(
        {
            "id": sms.id, "from": sms.msisdn, "to": sms.to, "at": str(int(sms.at.timestamp())),
            "network": sms.network,
        }
    )  # fmt: skip
    narrow = all(letter.isascii() or letter in _GSM_LETTERS for letter in sms.text)
    headers, charset = (_TEXT, "utf-8") if narrow else (_WIDE_TEXT, "utf-16-be")
    return Wire("POST", "/inbound", query, headers, sms.text.encode(charset))


def _message(call: Call, number: int, operation: int, text: str) -> Wire:
    digest = hashlib.sha256(call.session.encode()).digest()
    dialogue = bytes([digest[0], digest[1] & 0xFE])
    tlvs = f"?smpp?ussd_service_op={_escaped(operation)}&its_session_info={_escaped(*dialogue)}&"
    query = urlencode(
        {
            "id": f"{call.session}-{number}", "from": call.msisdn,
            "to": call.short_code.strip("*#"), "at": str(int(time.time())),
            "network": call.network, "meta": tlvs,
        }
    )  # fmt: skip
    return Wire("POST", query=query, headers=_TEXT, body=text.encode())


def _escaped(*octets: int) -> str:
    return "".join(chr(o) if chr(o).isalnum() and o < 128 else f"%{o:02X}" for o in octets)
