"""`nexustop sms`: send an SMS to the short code and see what comes back."""

import argparse
import json
import sys
import time
import urllib.parse
import uuid
from datetime import UTC, datetime

from app.cli.running import NoAnswer, address, ask, get, running
from providers.sandbox.phones import TEXTS, Text

HELP = "sms TEXT --as MSISDN: a MO SMS, and the answers that arrive in the sandbox's inbox"
_LOOKS_EVERY_SECONDS = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The text, the number it comes from, and how long to wait for answers."""
    parser.add_argument("text", help="e.g. BAL, or 'AIR 200 7392'")
    parser.add_argument("--as", dest="msisdn", required=True, help="e.g. +2348030000001")
    parser.add_argument("--wait", type=float, default=5.0, help="seconds to wait for answers")
    parser.add_argument(
        "--gateway", choices=sorted(TEXTS), default="africastalking",
        help="whose format is spoken, one of SMS_GATEWAYS (default: africastalking)",
    )  # fmt: skip
    parser.add_argument("--network", default="62130", help="network code; empty sends none")
    parser.add_argument("--url", type=address, help="where the program serves (default: here)")
    parser.add_argument("--sandbox", type=address, help="where the sandbox serves (default: here)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when at least one answer came."""
    here = running()
    sms = Text(
        str(uuid.uuid4()), arguments.msisdn, here.sms_short_code, arguments.text,
        arguments.network, datetime.now(UTC),
    )  # fmt: skip
    to = urllib.parse.quote(arguments.msisdn)
    inbox = f"{arguments.sandbox or here.sandbox}/control/sms?to={to}"
    try:
        before = len(_texts(inbox))
        _send(arguments.url or here.web, arguments.gateway, sms)
        answers = _print_new(inbox, before, arguments.wait)
    except NoAnswer as problem:
        print(problem, file=sys.stderr)
        return 1
    if not answers:
        print(f"no answer within {arguments.wait:g} s", file=sys.stderr)
    return 0 if answers else 1


def _send(url: str, gateway: str, sms: Text) -> None:
    """As the gateway brings it. Raises NoAnswer."""
    wire = TEXTS[gateway](sms)
    query = f"?{wire.query}" if wire.query else ""
    ask(wire.method, f"{url}/sms/{gateway}{wire.tail}{query}", wire.headers, wire.body)


def _print_new(inbox: str, before: int, seconds: float) -> int:
    """Print each SMS that arrives until `seconds` have passed; how many there were."""
    deadline = time.monotonic() + seconds
    seen = before
    while True:
        last_look = time.monotonic() >= deadline
        for text in _texts(inbox)[seen:]:
            print(text, flush=True)
            seen += 1
        if last_look:
            return seen - before
        time.sleep(min(_LOOKS_EVERY_SECONDS, seconds))


def _texts(inbox: str) -> list[str]:
    try:
        return [row["text"] for row in json.loads(get(inbox))]
    except (ValueError, TypeError, KeyError):
        raise NoAnswer(f"{inbox} doesn't answer as the sandbox does") from None
