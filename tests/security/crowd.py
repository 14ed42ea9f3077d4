"""`python -m tests.security.crowd [COUNT]`: so many parallel requests for one-time codes (10,000
unless told) at a running `make run` of one's own, 64 at a time, half for one number, half for many.

Exit code 0 when every answer was a 202 or a problem as documented, and none an error of ours; how
many SMS went to the number is printed. The demo's limits are wide: API_CODES_PER_NUMBER and its
likes narrow them. PORT and SANDBOX_PORT say where it runs.
"""

import json
import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import local
from urllib.request import urlopen

import httpx

from app.services.demo import SUBSCRIBER
from app.web.api.problems import MEDIA_TYPE, PROBLEMS

AT_ONCE = 64
_WEB = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}"
_SANDBOX = f"http://127.0.0.1:{os.environ.get('SANDBOX_PORT', '8001')}"
_own = local()


def main(count: int) -> int:
    before = _codes(SUBSCRIBER)
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        said = Counter(crowd.map(_ask, range(count)))
    for answer, times in said.most_common():
        print(f"{times:6} {answer}")
    codes = _codes(SUBSCRIBER) - before
    print(f"{codes} new SMS with a code to {SUBSCRIBER}")
    unknown = [answer for answer in said if answer not in {"202", *PROBLEMS}]
    return 1 if unknown or "server_error" in said else 0


def _ask(number: int) -> str:
    """What was answered: 202, a problem's code, or what shouldn't be."""
    client: httpx.Client | None = getattr(_own, "client", None)
    if client is None:
        client = _own.client = httpx.Client(base_url=_WEB, timeout=60)
    msisdn = SUBSCRIBER if number % 2 else f"+23480555{number % 100_000:05d}"
    answer = client.post("/api/auth/otp", json={"msisdn": msisdn})
    if answer.status_code == 202:
        return "202"
    if answer.headers.get("Content-Type") != MEDIA_TYPE:
        return f"{answer.status_code} without a problem"
    return str(answer.json()["code"])


def _codes(msisdn: str) -> int:
    with urlopen(f"{_SANDBOX}/control/sms?to=%2B{msisdn[1:]}") as answer:
        return sum("code" in sms["text"] for sms in json.load(answer))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
