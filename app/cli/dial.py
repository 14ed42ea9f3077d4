"""`nexustop dial`: a feature phone in a terminal, against the real USSD endpoint."""

import argparse
import getpass
import re
import sys
import textwrap
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from app.cli.running import NoAnswer, address, post, running

HELP = "dial CODE --as MSISDN: a USSD session in this terminal"
HUNG_UP_BY_SIGNAL = 130
_WIDTH = 34


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The code, the number that dials, and replies for a script."""
    parser.add_argument("code", help="e.g. '*384*123#', or deep: '*384*123*1*1#'")
    parser.add_argument("--as", dest="msisdn", required=True, help="e.g. +2348030000001")
    parser.add_argument("--url", type=address, help="where the program serves (default: here)")
    parser.add_argument("--short-code", help="what the gateway routes here (default: SHORT_CODE)")
    parser.add_argument("--network", default="62130", help="network code; empty sends none")
    parser.add_argument(
        "--inputs", help="replies for a script, separated by spaces; a pipe will do as well"
    )


@dataclass
class _Call:
    """One session as the gateway sees it; `inputs` is its history."""

    url: str
    msisdn: str
    network: str
    short_code: str
    inputs: list[str]
    session: str = field(default_factory=lambda: f"dial-{uuid.uuid4()}")
    hops: int = 0

    def hop(self) -> str:
        self.hops += 1
        return self._post("/ussd/africastalking", {"text": "*".join(self.inputs)})

    def ended(self, status: str) -> None:
        """Tell the program that the session is over, as the gateway would."""
        notice = {"status": status, "hopsCount": str(self.hops)}
        try:
            self._post("/ussd/africastalking/events", notice)
        except NoAnswer:
            return

    def _post(self, path: str, more: dict[str, str]) -> str:
        network = {"networkCode": self.network} if self.network else {}
        fields = {"sessionId": self.session, "serviceCode": self.short_code,
                  "phoneNumber": self.msisdn, **network, **more}  # fmt: skip
        return post(f"{self.url}{path}", fields)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 only when the program said END."""
    here = running()
    short_code = arguments.short_code or here.short_code
    inputs = _inputs_of(arguments.code, short_code)
    if inputs is None:
        stem = short_code[:-1]
        print(f"only codes that begin with {stem} and end with # are served", file=sys.stderr)
        return 1
    call = _Call(arguments.url or here.web, arguments.msisdn, arguments.network, short_code, inputs)
    try:
        return _talk(call, _replies(arguments.inputs))
    except NoAnswer as problem:
        call.ended("Failed")
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        call.ended("Incomplete")
        print("\nhung up", file=sys.stderr)
        return HUNG_UP_BY_SIGNAL


def _talk(call: _Call, reply: Callable[[str], str | None]) -> int:
    while True:
        word, text = _read(call.hop())
        print(_box(text), flush=True)
        if word == "END":
            call.ended("Success")
            return 0
        typed = reply(text)
        if typed is None:
            call.ended("Incomplete")
            print("no more replies: hung up before the end", file=sys.stderr)
            return 1
        call.inputs.append(typed)


def _read(body: str) -> tuple[str, str]:
    word, _, text = body.partition(" ")
    if word not in {"CON", "END"}:
        raise NoAnswer(f"the answer begins with neither CON nor END: {body[:60]!r}")
    return word, text


def _inputs_of(code: str, short_code: str) -> list[str] | None:
    """The history a dialled code starts with; None when it isn't ours."""
    if code == short_code:
        return []
    stem = short_code[:-1] + "*"
    if code.startswith(stem) and code.endswith("#"):
        return code[len(stem) : -1].split("*")
    return None


def _replies(given: str | None) -> Callable[[str], str | None]:
    """Where replies come from: a person in a terminal, the option, or a pipe; None at their end."""
    if given is None and sys.stdin.isatty():
        return _from_person
    left = iter(given.split()) if given is not None else (line.rstrip("\r\n") for line in sys.stdin)

    def from_script(screen: str) -> str | None:
        typed = next(left, None)
        if typed is not None:
            print("> ****" if _wants_pin(screen) else f"> {typed}")
        return typed

    return from_script


def _from_person(screen: str) -> str | None:
    try:
        return getpass.getpass("PIN, not shown: ") if _wants_pin(screen) else input("> ")
    except EOFError:
        return None


def _wants_pin(screen: str) -> bool:
    """Does it name a PIN and offer nothing to choose but the way back?"""
    return bool(re.search(r"\bPIN\b", screen)) and not re.search(r"^[1-9]\d*\. ", screen, re.M)


def _box(text: str) -> str:
    from menus.engine.gsm7 import is_gsm7, septets

    room = _WIDTH - 4
    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, room) or [""]]
    size = f"{septets(text)} septets" if is_gsm7(text) else "not GSM-7"
    edge = "─" * (_WIDTH - 2)
    body = "\n".join(f"│ {line:<{room}} │" for line in lines)
    return f"┌{edge}┐\n{body}\n└{edge[len(size) + 2 :]} {size} ┘"
