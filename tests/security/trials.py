"""`python -m tests.security.trials sqlmap|wapiti COMMAND [TARGET...]`: the scanner let loose on a
running `make run` of one's own, for a few minutes (docs/security-trials.md).

PORT and DATA_DIR say which; DEMO only. What the scanners say goes to DATA_DIR/trials.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from app.bootstrap import Parts, parts
from tests.factories.web_cookie import COOKIE_NAME, signed_in_cookie

BROWSER = "trials"
STAFF = "admin@nexustop.test"
SECONDS = 150
"""For each target of sqlmap."""
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Target:
    """What sqlmap is pointed at: `*` marks where it may write in a body that is no form."""

    name: str
    path: str
    body: str = ""
    kind: str = FORM
    signed_in: bool = False
    form: bool = False


TARGETS = (
    Target(
        "ussd", "/ussd/africastalking",
        "sessionId=trial1&serviceCode=%2A384%2A123%23&phoneNumber=%2B2348030000001"
        "&networkCode=62130&text=1",
    ),
    Target(
        "sms", "/sms/africastalking/inbound",
        "date=2026-11-29 10:00:00&from=%2B2348030000001&id=trial1&text=BAL&to=20880"
        "&networkCode=62130",
    ),
    Target(
        "vtpass", "/webhooks/vtpass",
        '{"type":"transaction-update","data":{"code":"000","requestId":"202611291000abc*"}}',
        "application/json",
    ),
    Target("search", "/backoffice/search?q=0803", signed_in=True),
    Target("orders", "/backoffice/orders?state=delivered&operator=mtn-ng", signed_in=True),
    Target("orders-of", "/backoffice/orders?channel=kannel&msisdn=08030000001", signed_in=True),
    Target("orders-since", "/backoffice/orders?from=2026-11-01&columns=placed", signed_in=True),
    Target(
        "sign-in", "/backoffice/sign-in", "csrf_token=x&name=a%40b.example&password=x", form=True
    ),
)  # fmt: skip


def main() -> int:
    tool, command = sys.argv[1], sys.argv[2]
    made = parts()
    if made.settings.nexustop_mode != "demo":
        print("only a demo may be scanned", file=sys.stderr)
        return 1
    base = f"http://127.0.0.1:{made.settings.port}"
    with urlopen(Request(f"{base}/healthz"), timeout=10):
        out = made.settings.data_dir / "trials"
        out.mkdir(exist_ok=True)
    return (_sqlmap if tool == "sqlmap" else _wapiti)(command, base, out, made)


def _cookie(made: Parts) -> str:
    return f"{COOKIE_NAME}={signed_in_cookie(made, 'staff', STAFF, BROWSER)}"


def _sqlmap(command: str, base: str, out: Path, made: Parts) -> int:
    for target in TARGETS:
        if sys.argv[3:] and target.name not in sys.argv[3:]:
            continue
        argv = [
            "timeout", str(SECONDS), command, "--batch", "--flush-session", "--level=2", "--risk=1",
            "--dbms=PostgreSQL", "--technique=BEUS", "--timeout=10", "--retries=1",
            "--disable-coloring", f"--user-agent={BROWSER}", f"--output-dir={out / 'sqlmap'}",
            "-u", base + target.path,
        ]  # fmt: skip
        if target.body:
            argv += ["--data", target.body, "-H", f"Content-Type: {target.kind}"]
        if target.signed_in:
            argv += ["--cookie", _cookie(made)]
        if target.form:
            argv += ["--csrf-token=csrf_token", f"--csrf-url={base}{target.path}"]
        _run(argv, out / f"sqlmap-{target.name}.log")
    return 0


def _wapiti(command: str, base: str, out: Path, made: Parts) -> int:
    common = [
        command, "--flush-session", "--max-scan-time", "240", "--max-attack-time", "40",
        "--tasks", "4", "-d", "3", "--max-links-per-page", "40", "--no-bugreport", "-f", "json",
        "-A", BROWSER, "-m",
        "crlf,csp,cookieflags,csrf,exec,file,http_headers,methods,permanentxss,redirect,sql,xss",
    ]  # fmt: skip
    office = ["-u", f"{base}/backoffice/", "--scope", "folder", "-x", f"{base}/backoffice/sign-out",
              "-H", f"Cookie: {_cookie(made)}", "-o", str(out / "wapiti-office.json")]  # fmt: skip
    _run([*common, *office], out / "wapiti-office.log")
    rest = ["-u", f"{base}/simulator/", "--scope", "domain", "-x", f"{base}/backoffice/*",
            "-s", f"{base}/healthz", "-s", f"{base}/backoffice/sign-in",
            "-o", str(out / "wapiti-rest.json")]  # fmt: skip
    _run([*common, *rest], out / "wapiti-rest.log")
    return 0


def _run(argv: list[str], log: Path) -> None:
    print(log.name, flush=True)
    with log.open("wb") as file:
        subprocess.run(argv, stdout=file, stderr=subprocess.STDOUT, env=os.environ, check=False)
    print(log.read_text(errors="replace")[-600:])


if __name__ == "__main__":
    sys.exit(main())
