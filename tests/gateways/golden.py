"""Golden files: a gateway's request as it comes off the wire, what it means, and what goes back.

One exchange a file, in three parts. `> ` the request: method and path, headers, an empty line, the
body. `= ` what it means to us. `< ` the answer: status, headers, an empty line, the body. Of a hop
the line `! go on TEXT` or `! end TEXT` says what is shown (`\\n` is a line's end). In bodies
`\\xNN` is a byte. Lines that begin with `#` are remarks: the page an exchange follows stands there.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.ports.channels import (
    GatewayAnswer,
    GatewayRequest,
    SessionEnd,
    Unreadable,
    UssdAnswer,
    UssdDialect,
    UssdHop,
)
from app.web.ussd import UNREADABLE

FOLDER = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class Exchange:
    """One golden file, read."""

    name: str
    request: GatewayRequest
    meaning: str
    shown: UssdAnswer
    answer: str


def exchanges(gateway: str) -> list[Exchange]:
    """All of a gateway's, by name."""
    return [_read(gateway, path) for path in sorted((FOLDER / gateway).glob("*.txt"))]


def meaning(dialect: UssdDialect, request: GatewayRequest) -> str:
    """What a dialect makes of a request, in a line."""
    try:
        told = dialect.read(request)
    except Unreadable as error:
        return f"unreadable: {error}"
    if isinstance(told, SessionEnd):
        return f"over: session {told.session}, {told.status or 'no word'}"
    return ", ".join(_facts(told))


def answered(dialect: UssdDialect, request: GatewayRequest, shown: UssdAnswer) -> str:
    """What goes back, as it stands in a golden file."""
    try:
        told = dialect.read(request)
    except Unreadable:
        return _lines(dialect.refuse(request, UNREADABLE))
    if isinstance(told, SessionEnd):
        return _lines(dialect.noted(told))
    return _lines(dialect.show(told, shown))


def _facts(hop: UssdHop) -> Iterator[str]:
    yield f"hop: session {hop.session}"
    yield hop.msisdn
    yield f"code {hop.service_code or '-'}"
    yield f"network {hop.network_code or '-'}"
    yield f"inputs {list(hop.inputs)}"
    if hop.newest:
        yield "first" if hop.newest.first else "not first"
        yield f"number {hop.newest.number or '-'}"
        if hop.newest.typed is not None:
            yield f"or typed {hop.newest.typed!r}"
    if hop.echo:
        yield f"echo {dict(sorted(hop.echo.items()))}"
    if hop.message:
        yield f"message {hop.message}"
    if hop.sent:
        yield f"sent {hop.sent:%Y-%m-%d %H:%M:%S}"


def _lines(answer: GatewayAnswer) -> str:
    heads = [f"{name}: {value}" for name, value in answer.headers]
    body = answer.body.decode().replace("\r", "\\r").split("\n")
    return "\n".join([str(answer.status), *heads, "", *body])


def _read(gateway: str, path: Path) -> Exchange:
    lines = path.read_text().splitlines()
    asked = _part(lines, ">")
    method, _, target = asked[0].partition(" ")
    blank = asked.index("")
    heads = dict(line.split(": ", 1) for line in asked[1:blank])
    text = "\n".join(asked[blank + 1 :]).encode()
    body = re.sub(rb"\\x([0-9a-f]{2})", lambda byte: bytes.fromhex(byte[1].decode()), text)
    tail, _, query = target.removeprefix(f"/ussd/{gateway}").partition("?")
    request = GatewayRequest(method, tail.strip("/"), query, heads.get("Content-Type", ""), body)
    return Exchange(
        path.stem, request, "\n".join(_part(lines, "=")), _shown(_part(lines, "!")),
        "\n".join(_part(lines, "<")),
    )  # fmt: skip


def _part(lines: list[str], mark: str) -> list[str]:
    return [line[2:] for line in lines if line.startswith(mark)]


def _shown(lines: list[str]) -> UssdAnswer:
    if not lines:
        return UssdAnswer("", close=True)
    word, text = (
        ("end", lines[0].removeprefix("end "))
        if lines[0].startswith("end ")
        else ("go on", lines[0].removeprefix("go on "))
    )
    return UssdAnswer(text.replace("\\n", "\n"), word == "end", "buy.amount")
