"""`nexustop dial`: a feature phone in a terminal, against the real USSD endpoint."""

import argparse
import getpass
import re
import sys
import textwrap
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

HELP = "dial CODE --as MSISDN: a USSD session in this terminal"
_WIDTH = 34


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The code, the number that dials, and replies for a script."""
    parser.add_argument("code", help="e.g. '*384*123#', or deep: '*384*123*1*1#'")
    parser.add_argument("--as", dest="msisdn", required=True, help="e.g. +2348030000001")
    parser.add_argument("--url", help="where the program serves (default: this system's port)")
    parser.add_argument("--short-code", default="*384*123#")
    parser.add_argument("--network", default="62130", help="network code; empty sends none")
    parser.add_argument("--inputs", help="replies for a script, separated by spaces")


@dataclass
class _Call:
    """One session as the gateway sees it."""

    url: str
    msisdn: str
    network: str
    short_code: str
    inputs: list[str]
    session: str = field(default_factory=lambda: f"dial-{uuid.uuid4()}")

    def hop(self) -> str:
        return self._post("/ussd/africastalking", {"text": "*".join(self.inputs)})

    def ended(self, status: str) -> None:
        """Tell the program that the session is over, as the gateway would."""
        try:
            notice = {"status": status, "hopsCount": str(len(self.inputs) + 1)}
            self._post("/ussd/africastalking/events", notice)
        except urllib.error.URLError:
            return

    def _post(self, path: str, more: dict[str, str]) -> str:
        fields = {"sessionId": self.session, "serviceCode": self.short_code,
                  "phoneNumber": self.msisdn, **more}  # fmt: skip
        if self.network:
            fields["networkCode"] = self.network
        body = urllib.parse.urlencode(fields).encode()
        with urllib.request.urlopen(f"{self.url}{path}", body, timeout=15) as answer:  # noqa: S310 - the person's own address
            text: str = answer.read().decode()
        return text


def run(arguments: argparse.Namespace) -> int:
    """Until END (exit code 0), or until the person hangs up."""
    inputs = _inputs_of(arguments.code, arguments.short_code)
    if inputs is None:
        stem = arguments.short_code[:-1]
        print(f"only codes that begin with {stem} and end with # are served", file=sys.stderr)
        return 1
    url = (arguments.url or _own_url()).rstrip("/")
    call = _Call(url, arguments.msisdn, arguments.network, arguments.short_code, inputs)
    try:
        return _talk(call, _replies(arguments.inputs))
    except urllib.error.URLError as error:
        print(f"nothing answers at {call.url} ({error}). Is `make run` running?", file=sys.stderr)
        return 1


def _talk(call: _Call, reply: Callable[[str], str | None]) -> int:
    while True:
        body = call.hop()
        print(_box(body[4:]), flush=True)
        if body.startswith("END "):
            call.ended("Success")
            return 0
        typed = reply(body)
        if typed is None:
            call.ended("Incomplete")
            print("hung up before the end", file=sys.stderr)
            return 1
        call.inputs.append(typed)


def _inputs_of(code: str, short_code: str) -> list[str] | None:
    if code == short_code:
        return []
    stem = short_code[:-1] + "*"
    if code.startswith(stem) and code.endswith("#"):
        return code[len(stem) : -1].split("*")
    return None


def _replies(given: str | None) -> Callable[[str], str | None]:
    """Where replies come from: the option, a pipe, or a person (a PIN isn't echoed)."""
    if given is not None:
        left = iter(given.split())
        return lambda _: next(left, None)

    def from_person(body: str) -> str | None:
        try:
            if sys.stdin.isatty() and _wants_pin(body):
                return getpass.getpass("PIN: ")
            return input("> " if sys.stdin.isatty() else "")
        except (EOFError, KeyboardInterrupt):
            return None

    return from_person


def _wants_pin(body: str) -> bool:
    return bool(re.search(r"\bPIN\b", body)) and not re.search(r"^[1-9]\d*\. ", body, re.MULTILINE)


def _box(text: str) -> str:
    from menus.engine.gsm7 import is_gsm7, septets

    lines = [part for line in text.split("\n") for part in textwrap.wrap(line, _WIDTH - 4) or [""]]
    size = f"{septets(text)} septets" if is_gsm7(text) else "not GSM-7"
    edge = "─" * (_WIDTH - 2)
    body = "\n".join(f"│ {line:<{_WIDTH - 4}} │" for line in lines)
    return f"┌{edge}┐\n{body}\n└{edge[len(size) + 2 :]} {size} ┘"


def _own_url() -> str:
    from app.bootstrap import parts

    settings = parts().settings
    return f"http://{settings.bind_address}:{settings.port}"
