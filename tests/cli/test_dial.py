"""`nexustop dial` and `nexustop sms` against a small server that answers from a script."""

import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from app.cli import main

AS = "+2348030000001"
MENU, ASKS_PIN = "CON Balance NGN 5,000.00\n1. Buy airtime", "CON Enter PIN for NGN 200.00"


@dataclass
class Gateway:
    """What was asked of the server; `answers` are given in turn to hops, the last one for ever."""

    answers: list[str | int] = field(default_factory=lambda: [MENU])
    hops: list[dict[str, str]] = field(default_factory=list)
    ends: list[dict[str, str]] = field(default_factory=list)
    sms: list[dict[str, str]] = field(default_factory=list)
    inbox: list[dict[str, str]] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def heard(self, path: str, fields: dict[str, str]) -> str | int:
        if path == "/ussd/africastalking/events":
            self.ends.append(fields)
            return "OK"
        if path == "/sms/africastalking/inbound":
            self.sms.append(fields)
            self.inbox.append({"text": f"You said {fields['text']}"})
            return "OK"
        self.hops.append(fields)
        self.waiting.set()
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def history(self) -> list[str]:
        return [hop["text"] for hop in self.hops]


class Handler(BaseHTTPRequestHandler):
    gateway: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.reply(self.gateway.heard(self.path, dict(parse_qsl(body, keep_blank_values=True))))

    def do_GET(self) -> None:
        self.reply(json.dumps(self.gateway.inbox))

    def reply(self, answer: str | int) -> None:
        self.send_response(answer if isinstance(answer, int) else 200)
        self.end_headers()
        self.wfile.write(str(answer).encode())

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Gateway]:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    found = Gateway()
    handler = type("Bound", (Handler,), {"gateway": found})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        found.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def dial(gateway: Gateway, *words: str, code: str = "*384*123#") -> int:
    return main(
        ["dial", code, "--as", AS, "--url", gateway.url, "--short-code", "*384*123#", *words]
    )


def test_a_session_that_reaches_end_exits_with_zero(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.answers = [MENU, "CON Amount?", "END Request received. Ref 7K3F9Q"]
    assert dial(gateway, "--inputs", "1 200") == 0
    assert gateway.history() == ["", "1", "1*200"]
    assert "│ 1. Buy airtime                 │" in capsys.readouterr().out
    assert [end["status"] for end in gateway.ends] == ["Success"]
    assert gateway.ends[0]["hopsCount"] == "3"


def test_every_hop_carries_what_the_gateway_sends(gateway: Gateway) -> None:
    dial(gateway, "--inputs", "1")
    first, second = gateway.hops
    assert first == {
        "sessionId": second["sessionId"], "serviceCode": "*384*123#", "phoneNumber": AS,
        "networkCode": "62130", "text": "",
    }  # fmt: skip


def test_an_empty_network_sends_no_code(gateway: Gateway) -> None:
    dial(gateway, "--inputs", "", "--network", "")
    assert "networkCode" not in gateway.hops[0]


def test_what_lies_behind_the_short_code_becomes_the_history(gateway: Gateway) -> None:
    gateway.answers = ["END done"]
    assert dial(gateway, "--inputs", "", code="*384*123*1*1#") == 0
    assert gateway.history() == ["1*1"]


@pytest.mark.parametrize("code", ["*385#", "*384*1234#", "*384*123*1", "hello"])
def test_a_code_that_leads_elsewhere_is_refused(gateway: Gateway, code: str) -> None:
    assert dial(gateway, "--inputs", "", code=code) == 1
    assert gateway.hops == []


def test_replies_that_run_out_hang_up(gateway: Gateway, capsys: pytest.CaptureFixture[str]) -> None:
    assert dial(gateway, "--inputs", "1") == 1
    assert [end["status"] for end in gateway.ends] == ["Incomplete"]
    assert "hung up before the end" in capsys.readouterr().err


def test_replies_come_from_a_pipe_an_empty_line_too(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n\n200\n"))
    gateway.answers = [MENU, "CON Amount?", "CON Amount?", "END done"]
    assert dial(gateway) == 0
    assert gateway.history() == ["", "1", "1*", "1**200"]


def test_a_transcript_does_not_show_a_pin(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.answers = [MENU, ASKS_PIN, "END Request received"]
    assert dial(gateway, "--inputs", "1 7392") == 0
    shown = capsys.readouterr().out
    assert gateway.history()[-1] == "1*7392"
    assert "7392" not in shown
    assert "> 1\n" in shown


@pytest.mark.parametrize(
    ("text", "size"), [("CON {a}", "5 septets"), ("CON 1\n2", "3 septets"), ("CON ₦5", "not GSM-7")]
)
def test_the_box_says_how_full_the_screen_is(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], text: str, size: str
) -> None:
    gateway.answers = [text]
    dial(gateway, "--inputs", "")
    assert f" {size} ┘" in capsys.readouterr().out


@pytest.mark.parametrize("answer", ["Internal error", "", 500, 404])
def test_an_answer_that_is_no_ussd_fails_the_session(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], answer: str | int
) -> None:
    gateway.answers = [answer]
    assert dial(gateway, "--inputs", "1") == 1
    assert [end["status"] for end in gateway.ends] == ["Failed"]
    assert capsys.readouterr().err.strip()


@pytest.mark.parametrize("command", [["dial", "*384*123#", "--inputs", ""], ["sms", "BAL"]])
def test_nothing_listening_is_said_plainly(
    capsys: pytest.CaptureFixture[str], command: list[str], closed: str
) -> None:
    addresses = ["--url", closed, *(["--sandbox", closed] if command[0] == "sms" else [])]
    assert main([*command, "--as", AS, *addresses]) == 1
    assert f"nothing answers at {closed}" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["file:///etc/passwd", "localhost:8000", "http://"])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(SystemExit):
        main(["dial", "*384*123#", "--as", AS, "--url", url])


def test_an_sms_is_sent_as_the_gateway_does_and_its_answers_are_printed(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    gateway.inbox.append({"text": "an old one"})
    code = main(
        ["sms", "BAL", "--as", AS, "--url", gateway.url, "--sandbox", gateway.url, "--wait", "0.01"]
    )
    assert code == 0
    assert capsys.readouterr().out == "You said BAL\n"
    sent = gateway.sms[0]
    assert (sent["from"], sent["text"], sent["to"]) == (AS, "BAL", "20880")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", sent["date"])
    assert sent["id"]


def test_an_sms_that_nobody_answers_is_a_failure(
    gateway: Gateway, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "heard", lambda *_: "OK")
    code = main(
        ["sms", "X", "--as", AS, "--url", gateway.url, "--sandbox", gateway.url, "--wait", "0.01"]
    )
    assert code == 1
    assert "no answer within 0.01 s" in capsys.readouterr().err


def test_in_a_terminal_a_pin_is_not_echoed_and_ctrl_c_hangs_up(gateway: Gateway) -> None:
    gateway.answers = [MENU, ASKS_PIN, MENU]
    shown, code = _in_a_terminal(
        gateway, [("> ", "1\n"), ("PIN, not shown: ", "7392\n"), ("> ", "\x03")]
    )
    assert gateway.history() == ["", "1", "1*7392"]
    assert "7392" not in shown
    assert [end["status"] for end in gateway.ends] == ["Incomplete"]
    assert code == 130


def test_ctrl_c_while_the_network_is_silent_hangs_up(gateway: Gateway) -> None:
    silent = threading.Event()
    answered = gateway.heard

    def slow(path: str, fields: dict[str, str]) -> str | int:
        answer = answered(path, fields)
        if path == "/ussd/africastalking":
            silent.wait(30)
        return answer

    gateway.heard = slow  # type: ignore[method-assign]
    process = subprocess.Popen(
        [sys.executable, "-c", BY_A_PERSON, *_words(gateway)], stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with process:
        assert gateway.waiting.wait(60)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 130
    silent.set()
    assert [end["status"] for end in gateway.ends] == ["Incomplete"]


BY_A_PERSON = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from app.cli import main; sys.exit(main(sys.argv[1:]))"
)
"""A suite that runs in a shell's background has Ctrl-C ignored, and so would its children."""
HUNG_UP = "hung up"
IN_A_TERMINAL = f"import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); {BY_A_PERSON}"


def _words(gateway: Gateway) -> list[str]:
    return ["dial", "*384*123#", "--as", AS, "--url", gateway.url, "--short-code", "*384*123#"]


def _in_a_terminal(gateway: Gateway, talk: list[tuple[str, str]]) -> tuple[str, int]:
    """Run `dial` in a terminal of its own: wait for each prompt, then type; all it showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", IN_A_TERMINAL, *_words(gateway)], stdin=theirs, stdout=theirs,
        stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, read = "", _reader(ours)
    try:
        for prompt, typed in talk:
            start = len(shown)
            while prompt not in shown[start:]:
                part = read()
                assert part, shown
                shown += part
            os.write(ours, typed.encode())
        while HUNG_UP not in shown:
            part = _pressed_until_read(ours, read, talk[-1][1])
            assert part, shown
            shown += part
        while read():  # no more keys: one that comes while Python leaves would end it in mid-air
            pass
        code = process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(ours)
    return shown, code


def _pressed_until_read(terminal: int, read: Callable[[], str], key: str) -> str:
    """Ctrl-C between a prompt and the reading of it is noticed only at the next key: a person
    presses it again."""
    for _ in range(30):
        if select.select([terminal], [], [], 1)[0]:
            break
        os.write(terminal, key.encode())
    return read()


def _reader(terminal: int) -> Callable[[], str]:
    def read() -> str:
        try:
            return os.read(terminal, 4096).decode(errors="replace")
        except OSError:
            return ""

    return read


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An address where nothing listens."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        return f"http://127.0.0.1:{server.server_port}"
