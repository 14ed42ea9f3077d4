"""Urlencoded forms and query strings, read strictly: one value per field, UTF-8, bounded."""

from urllib.parse import unquote_to_bytes

from app.ports.channels import Unreadable

LONGEST = 16_384


def parse_form(body: bytes) -> dict[str, str]:
    """The fields of a urlencoded body or query; values without a name say nothing. Raises
    Unreadable when it is too long, isn't UTF-8, repeats a field, or holds a NUL, which PostgreSQL
    can't keep."""
    if len(body) > LONGEST:
        raise Unreadable("body too long")
    fields: dict[str, str] = {}
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        if not name:
            continue
        try:
            key = unquote_to_bytes(name).decode("ascii")
            text = unquote_to_bytes(value.replace(b"+", b" ")).decode()
        except UnicodeDecodeError:
            raise Unreadable("not UTF-8") from None
        if key in fields:
            raise Unreadable("repeated field")
        if "\0" in text:
            raise Unreadable("NUL in a field")
        fields[key] = text
    return fields


def parse_query(query: str) -> dict[str, str]:
    """The fields of a raw query string. Raises Unreadable, as parse_form does."""
    if not query.isascii():
        raise Unreadable("not percent-encoded")
    return parse_form(query.encode())
