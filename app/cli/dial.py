"""`nexustop dial`: a feature phone in a terminal, against the real USSD endpoint."""

import argparse
import getpass
import re
import sys
import textwrap
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from app.cli.running import Answer, NoAnswer, address, ask, running
from providers.sandbox.phones import PHONES, Call, NotShown, Phone, Screen, ToldAllEnds, Wire

HELP = "dial CODE --as MSISDN: a USSD session in this terminal"
HUNG_UP_BY_SIGNAL = 130
_WIDTH = 34


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The code, the number that dials, and replies for a script."""
    parser.add_argument("code", help="e.g. '*384*123#', or deep: '*384*123*1*1#'")
    parser.add_argument("--as", dest="msisdn", required=True, help="e.g. +2348030000001")
    parser.add_argument("--url", type=address, help="where the program serves (default: here)")
    parser.add_argument(
        "--gateway", choices=sorted(PHONES), default="africastalking",
        help="whose format is spoken, one of USSD_GATEWAYS (default: africastalking)",
    )  # fmt: skip
    parser.add_argument("--short-code", help="what the gateway routes here (default: SHORT_CODE)")
    parser.add_argument("--network", default="62130", help="network code; empty sends none")
    parser.add_argument(
        "--inputs", help="replies for a script, separated by spaces; a pipe will do as well"
    )


@dataclass
class _Session:
    """One session as its gateway sees it; `typed` is what was typed since dialling."""

    door: str
    phone: Phone
    call: Call
    typed: list[str] = field(default_factory=list)

    def hop(self) -> Screen:
        """What the handset shows now. Raises NoAnswer."""
        answer = self._ask(self.phone.hop(self.call, tuple(self.typed)))
        try:
            return self.phone.read(answer.status, answer.headers, answer.body)
        except (NotShown, UnicodeDecodeError) as problem:
            raise NoAnswer(f"the gateway can't read the answer: {problem}") from None

    def hung_up(self) -> None:
        """Tell the program that the user left, as the gateway would."""
        self._tell(self.phone.ended(self.call, tuple(self.typed), hung_up=True))

    def concluded(self, *, understood: bool) -> None:
        """Tell it that its own answer ended the session, where the gateway does."""
        if isinstance(self.phone, ToldAllEnds):
            self._tell(
                self.phone.concluded(self.call, tuple(self.typed), understood=understood)
            )  # fmt: skip

    def _tell(self, notice: Wire | None) -> None:
        if notice is not None:
            try:
                self._ask(notice)
            except NoAnswer:
                return

    def _ask(self, wire: Wire) -> Answer:
        query = f"?{wire.query}" if wire.query else ""
        return ask(wire.method, f"{self.door}{wire.tail}{query}", wire.headers, wire.body)


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 only when the program ended the session."""
    here = running()
    short_code = arguments.short_code or here.short_code
    if not _leads_here(arguments.code, short_code):
        stem = short_code[:-1]
        print(f"only codes that begin with {stem} and end with # are served", file=sys.stderr)
        return 1
    door = f"{arguments.url or here.web}/ussd/{arguments.gateway}"
    call = Call(
        f"dial-{uuid.uuid4()}", arguments.msisdn, arguments.code, short_code, arguments.network
    )  # fmt: skip
    session = _Session(door, PHONES[arguments.gateway], call)
    try:
        return _talk(session, _replies(arguments.inputs))
    except NoAnswer as problem:
        session.concluded(understood=False)
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        session.hung_up()
        print("\nhung up", file=sys.stderr)
        return HUNG_UP_BY_SIGNAL


def _talk(session: _Session, reply: Callable[[str], str | None]) -> int:
    while True:
        screen = session.hop()
        print(_box(screen.text), flush=True)
        if screen.close:
            session.concluded(understood=True)
            return 0
        typed = reply(screen.text)
        if typed is None:
            session.hung_up()
            print("no more replies: hung up before the end", file=sys.stderr)
            return 1
        session.typed.append(typed)


def _leads_here(code: str, short_code: str) -> bool:
    return code == short_code or (code.startswith(short_code[:-1] + "*") and code.endswith("#"))


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
