"""`nexustop sms`: send an SMS to the short code and see what comes back."""

import argparse
import json
import sys
import time
import urllib.parse
import uuid
from datetime import UTC, datetime

from app.cli.running import NoAnswer, address, get, post, running

HELP = "sms TEXT --as MSISDN: a MO SMS, and the answers that arrive in the sandbox's inbox"
_LOOKS_EVERY_SECONDS = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The text, the number it comes from, and how long to wait for answers."""
    parser.add_argument("text", help="e.g. BAL, or 'AIR 200 7392'")
    parser.add_argument("--as", dest="msisdn", required=True, help="e.g. +2348030000001")
    parser.add_argument("--wait", type=float, default=5.0, help="seconds to wait for answers")
    parser.add_argument("--url", type=address, help="where the program serves (default: here)")
    parser.add_argument("--sandbox", type=address, help="where the sandbox serves (default: here)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when at least one answer came."""
    here = running()
    to = urllib.parse.quote(arguments.msisdn)
    inbox = f"{arguments.sandbox or here.sandbox}/control/sms?to={to}"
    try:
        before = len(_texts(inbox))
        _send(arguments.url or here.web, arguments.msisdn, arguments.text, here.sms_short_code)
        answers = _print_new(inbox, before, arguments.wait)
    except NoAnswer as problem:
        print(problem, file=sys.stderr)
        return 1
    if not answers:
        print(f"no answer within {arguments.wait:g} s", file=sys.stderr)
    return 0 if answers else 1


def _send(url: str, msisdn: str, text: str, short_code: str) -> None:
    """A MO SMS with the fields of Africa's Talking's incoming message notification."""
    fields = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "from": msisdn,
        "id": str(uuid.uuid4()), "text": text, "to": short_code,
    }  # fmt: skip
    post(f"{url}/sms/africastalking/inbound", fields)


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
