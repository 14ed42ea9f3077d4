"""JSON bodies of gateways, read strictly: one object, bounded, its fields as text."""

import json
from collections.abc import Mapping
from typing import Any

from app.ports.channels import GatewayAnswer, Unreadable

LONGEST = 16_384
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


class JsonFields:
    """The fields of a JSON object, whatever types a gateway gives them."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """A field as text, numbers included; empty when it is missing or null. Raises Unreadable
        for anything else."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Unreadable(f"{name} is no text")
        text = str(value)
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            # JSON may hold half of a letter beyond the first plane; nothing else takes it.
            raise Unreadable(f"{name} is no text")
        return text

    def flag(self, name: str) -> bool:
        """A field that is true or false: as such, as a word or as 1 and 0. Raises Unreadable."""
        value = self._fields.get(name)
        said = str(value).lower() if isinstance(value, str | int) else ""
        if said not in _FLAGS:
            raise Unreadable(f"{name} is neither true nor false")
        return _FLAGS[said]


def parse_json(body: bytes) -> JsonFields:
    """The object in the body. Raises Unreadable when it is too long, not UTF-8, no object, or names
    a field twice."""
    if len(body) > LONGEST:
        raise Unreadable("body too long")
    try:
        fields = json.loads(body.decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise Unreadable("not UTF-8") from None
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(fields, dict):
        raise Unreadable("no object")
    return JsonFields(fields)


def said_json(fields: Mapping[str, Any], status: int = 200) -> GatewayAnswer:
    """An answer that is a JSON object."""
    body = json.dumps(fields, separators=(",", ":")).encode()
    return GatewayAnswer(body, (("Content-Type", "application/json"),), status)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable("repeated field")
    return fields
