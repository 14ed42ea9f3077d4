"""Drives smsc.js, an SMSC that isn't ours, in a process of its own."""

import json
import os
import queue
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

import pytest

_VENV = Path(__file__).resolve().parents[2] / ".venv"
PEERS = Path(os.environ.get("PEERS") or _VENV / "peers") / "node_modules"
"""Where `make peers` puts it."""
SCRIPT = Path(__file__).with_name("smsc.js")
SECONDS = 60.0

Event = dict[str, Any]


def need_peer() -> None:
    """Skip, loudly, where the independent SMSC isn't installed."""
    if shutil.which("node") is None:
        pytest.skip("node is missing: nothing is tested against an independent SMSC")
    if not (PEERS / "smpp").is_dir():
        pytest.skip("the npm package smpp is missing: run `make peers` to test against an SMSC")


class Smsc:
    """A running SMSC; `events` are what it has told and nobody has asked for yet."""

    def __init__(self, *tls: Path) -> None:
        """`tls`: its key and certificate, to speak TLS."""
        self._process = subprocess.Popen(
            ["node", str(SCRIPT), "0", *map(str, tls)], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={**os.environ, "NODE_PATH": str(PEERS)},
        )  # fmt: skip
        self._told: queue.Queue[Event] = queue.Queue()
        self._events: list[Event] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.port = int(self.expect("listening")["port"])

    def __enter__(self) -> "Smsc":
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._listener.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def do(self, act: str, **facts: Any) -> None:
        """Have it do something, and wait until it has."""
        self._ask(act, facts)
        self.expect("done", did=act)

    def count(self) -> Event:
        """How many submissions there were, and to how many different numbers."""
        self._ask("count", {})
        return self.expect("count")

    def deliver(self, text: str = "", **fields: Any) -> None:
        """A deliver_sm from the demo subscriber, or another `source_addr`."""
        wanted = {"source_addr": "2348030000001", "source_addr_ton": 1, "source_addr_npi": 1,
                  "destination_addr": "20880", "short_message": text}  # fmt: skip
        self.do("deliver", fields=wanted | fields)

    def dial(self, session: str, text: str, op: int, **fields: Any) -> None:
        """A deliver_sm of a USSD dialogue; `session` is its its_session_info in hexadecimal."""
        self.deliver(
            text, ussd_service_op=op, its_session_info=session, destination_addr="*384*123#",
            **fields,
        )  # fmt: skip

    def expect(self, event: str, **facts: Any) -> Event:
        """The next event of its kind with these facts."""
        deadline = time.monotonic() + SECONDS
        seen = self._events
        while True:
            for place, told in enumerate(seen):
                if told["event"] == event and facts.items() <= told.items():
                    return seen.pop(place)
            try:
                seen.append(self._told.get(timeout=max(0.0, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"no {event} {facts} from the SMSC; it told {seen}") from None

    def told(self, event: str) -> list[Event]:
        """Events of a kind that are here already."""
        while not self._told.empty():
            self._events.append(self._told.get())
        found = [told for told in self._events if told["event"] == event]
        self._events = [told for told in self._events if told["event"] != event]
        return found

    def forget(self) -> None:
        """What it has told so far is of no interest."""
        self._ask("count", {})
        self.expect("count")
        self._events.clear()

    def _ask(self, act: str, facts: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": act, **facts}) + "\n")
        self._process.stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.put(json.loads(line))
