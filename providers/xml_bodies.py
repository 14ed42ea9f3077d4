"""XML bodies of gateways, read strictly: one flat element, bounded, no document type, no entities
but XML's own."""

from collections.abc import Mapping
from html import escape

from defusedxml.ElementTree import ParseError, fromstring

from app.ports.channels import GatewayAnswer, Unreadable

LONGEST = 16_384


def parse_xml(body: bytes, root: str) -> dict[str, str]:
    """The text of each element right under `root`. Raises Unreadable when the body is too long, no
    such XML, declares anything, nests deeper, or names an element twice."""
    if len(body) > LONGEST:
        raise Unreadable("body too long")
    try:
        document = fromstring(body, forbid_dtd=True)
    except (ParseError, ValueError, LookupError):
        # What defusedxml refuses is a ValueError, an encoding nobody knows a LookupError.
        raise Unreadable("not XML") from None
    if document.tag != root:
        raise Unreadable(f"no {root}")
    fields: dict[str, str] = {}
    for element in document:
        if len(element):
            raise Unreadable("nested too deep")
        if element.tag in fields:
            raise Unreadable("repeated field")
        fields[element.tag] = element.text or ""
    return fields


def said_xml(root: str, fields: Mapping[str, str]) -> GatewayAnswer:
    """An answer that is one element with others in it."""
    inside = "".join(
        f"<{name}>{escape(text, quote=False)}</{name}>" for name, text in fields.items()
    )
    body = f"<{root}>{inside}</{root}>".encode()
    return GatewayAnswer(body, (("Content-Type", "text/xml; charset=utf-8"),))
