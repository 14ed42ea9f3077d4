"""What a real Kannel does while the program is away: it brings the same SMS again, by its id."""

import queue
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.kannel import peers
from tests.system.harness import SUBSCRIBER, free_port


@pytest.mark.kannel
def test_an_sms_that_found_nobody_is_brought_again_by_the_id_it_had(tmp_path: Path) -> None:
    peers.needed()
    brought: queue.Queue[tuple[str, bytes]] = queue.Queue()
    answers = [503, 503, 200]

    class Away(BaseHTTPRequestHandler):
        """The program, unable to store anything at first."""

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"]))
            brought.put((parse_qs(urlsplit(self.path).query)["id"][0], text))
            self.send_response(answers.pop(0))
            self.send_header("Content-Type", "text/plain")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    program = ThreadingHTTPServer(("127.0.0.1", 0), Away)
    serving = Thread(target=program.serve_forever)
    serving.start()
    port = free_port()
    ports = {"app_port": program.server_port, "smsc_port": port, "sendsms_port": free_port()}
    try:
        with peers.smsc(port) as smsc, peers.kannel(tmp_path / "kannel", **ports):
            smsc.bound("sms")
            smsc.bring("sms", **{"from": SUBSCRIBER.lstrip("+"), "to": "20880", "text": "BAL"})
            seen = [brought.get(timeout=30) for _ in range(3)]
            assert smsc.silent("sms"), "Kannel sent a text of its own"
    finally:
        program.shutdown()
        serving.join()
        program.server_close()
    [(message, text)] = set(seen)
    assert (bool(message), text) == (True, b"BAL")
