"""`nexustop sms`: send an SMS to the short code and see what comes back."""

import argparse
import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import UTC, datetime

HELP = "sms TEXT --as MSISDN: a MO SMS, and the answers that arrive in the sandbox's inbox"
_LOOKS_EVERY_SECONDS = 0.3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The text, the number it comes from, and how long to wait for answers."""
    parser.add_argument("text", help="e.g. BAL, or 'AIR 200 7392'")
    parser.add_argument("--as", dest="msisdn", required=True, help="e.g. +2348030000001")
    parser.add_argument("--wait", type=float, default=5.0, help="seconds to wait for answers")
    parser.add_argument("--url", help="where the program serves (default: this system's port)")
    parser.add_argument("--sandbox", help="where the sandbox serves (default: this system's port)")


def run(arguments: argparse.Namespace) -> int:
    """Exit code 0 when at least one answer came."""
    from app.bootstrap import parts

    settings = parts().settings
    url = arguments.url or f"http://{settings.bind_address}:{settings.port}"
    sandbox = arguments.sandbox or f"http://{settings.bind_address}:{settings.sandbox_port}"
    inbox = f"{sandbox}/control/sms?to={urllib.parse.quote(arguments.msisdn)}"
    try:
        before = len(_read(inbox))
        _send(url, arguments.msisdn, arguments.text, settings.sms_short_code)
        answers = _wait_for_more(inbox, before, arguments.wait)
    except urllib.error.URLError as error:
        print(f"nothing answers ({error}). Is `make run` running?", file=sys.stderr)
        return 1
    for text in answers:
        print(text)
    return 0 if answers else 1


def _send(url: str, msisdn: str, text: str, short_code: str) -> None:
    fields = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"), "from": msisdn,
        "id": str(uuid.uuid4()), "text": text, "to": short_code,
    }  # fmt: skip
    body = urllib.parse.urlencode(fields).encode()
    urllib.request.urlopen(f"{url}/sms/africastalking/inbound", body, timeout=15).close()  # noqa: S310 - the person's own address


def _wait_for_more(inbox: str, before: int, seconds: float) -> list[str]:
    """What arrives until `seconds` have passed, or one quiet second after the first answer."""
    deadline = time.monotonic() + seconds
    seen = before
    while time.monotonic() < deadline:
        time.sleep(_LOOKS_EVERY_SECONDS)
        now = len(_read(inbox))
        if now > seen:
            deadline = min(deadline, time.monotonic() + 1)
        seen = now
    return _read(inbox)[before:]


def _read(inbox: str) -> list[str]:
    with urllib.request.urlopen(inbox, timeout=5) as answer:  # noqa: S310 - the person's own address
        return [row["text"] for row in json.load(answer)]
