"""JSON bodies and query parameters, read strictly: what is unknown, doubled, endless or of a wrong
kind is refused, and never an error of ours."""

import json
import re
from typing import Any, ClassVar, NoReturn

import marshmallow as ma
from flask import Request, g, request
from webargs.flaskparser import FlaskParser

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.secret import Secret
from app.web.api.problems import Problem

MOST_PARTS = 200
"""Objects and lists in a body; a real one has a few."""
LONGEST_NUMBER = 18
"""Digits; more don't fit into the database's integers."""


class Body(ma.Schema):
    """A schema that refuses fields it doesn't know. `also` is what its JSON Schema says of fields
    together, in words (if, not) that generators of clients pass over: of a oneOf they make a union
    of nothing."""

    also: ClassVar[dict[str, Any]] = {}

    class Meta:
        unknown = ma.RAISE


class Whole(ma.fields.Integer):
    """A whole number, not its text, nor true or false."""

    def __init__(self, **more: Any) -> None:
        super().__init__(strict=True, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        if isinstance(value, bool | str | float):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **more)


class Shaped(ma.fields.String):
    """A text that a pattern fits as a whole; `said` is what to say where it doesn't."""

    def __init__(self, pattern: str, said: str, **more: Any) -> None:
        given = {"pattern": f"^{pattern}$", **more.get("metadata", {})}
        super().__init__(**{**more, "metadata": given})
        self._fits = re.compile(pattern, re.ASCII).fullmatch
        self._said = said

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        if not self._fits(str(text)):
            raise ma.ValidationError(self._said)
        return text


class Number(Shaped):
    """A mobile number in E.164."""

    def __init__(self, **more: Any) -> None:
        given = {"description": "A mobile number in E.164.", "example": "+2348030000001"}
        said = "Not a mobile number in E.164."
        super().__init__(r"\+[1-9][0-9]{7,14}", said, metadata=given, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        try:
            return parse_msisdn(str(super()._deserialize(value, attr, data, **more)))
        except NotAnMsisdn:
            raise ma.ValidationError(self._said) from None


def number_in_path(text: str) -> Msisdn:
    """A mobile number that is a part of a path. Raises Problem."""
    try:
        return parse_msisdn(text)
    except NotAnMsisdn:
        raise Problem("not_found") from None


class Hidden(Shaped):
    """A PIN, a code or a token: wrapped, so that nothing shows it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        return Secret(str(super()._deserialize(value, attr, data, **more)))


def json_body() -> Any:
    """The request's body, read once. Raises Problem."""
    if "json_body" not in g:
        g.json_body = _read(request)
    return g.json_body


def _read(asked: Request) -> Any:
    if asked.mimetype != "application/json":
        raise Problem("not_json")
    raw = asked.get_data(cache=False)
    if raw.count(b"{") + raw.count(b"[") > MOST_PARTS:
        raise Problem("invalid_body", "It has too many parts.")
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_refuse,
            parse_int=_number, parse_float=_real,
        )  # fmt: skip
        written = json.dumps(value, ensure_ascii=False)
        written.encode("utf-8")
    except (ValueError, RecursionError):
        # UnicodeError, which also stands for half a character, is a ValueError.
        raise Problem("invalid_body", "It isn't JSON in UTF-8, or has a name twice.") from None
    if "\\u0000" in written:
        raise Problem("invalid_body", "It has a NUL character.")
    return value


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made


def _refuse(_: str) -> NoReturn:
    raise ValueError


def _number(text: str) -> int:
    if len(text.lstrip("-")) > LONGEST_NUMBER:
        raise ValueError
    return int(text)


def _real(text: str) -> float:
    if len(text) > 2 * LONGEST_NUMBER:
        raise ValueError
    return float(text)


class Parser(FlaskParser):
    """Hands fields that are wrong to Problem."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": None, "query": ma.RAISE}  # noqa: RUF012 - as its base

    def load_json(self, req: Request, schema: ma.Schema) -> Any:  # noqa: ARG002 - the library's
        value = json_body()
        if not isinstance(value, dict):
            raise Problem("invalid_body", "It isn't a JSON object.")
        return value

    def handle_error(self, error: ma.ValidationError, *_: Any, **__: Any) -> NoReturn:
        location, errors = next(iter(error.normalized_messages().items()))  # type: ignore[no-untyped-call]
        code = "invalid_body" if location == "json" else "invalid_query"
        raise Problem(code, errors={field: _texts(said) for field, said in errors.items()})


def _texts(said: Any) -> list[str]:
    return [str(text) for text in said] if isinstance(said, list) else [str(said)]
