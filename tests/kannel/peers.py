"""A real Kannel, configured by deploy/kannel.conf, and an independent SMSC (node `smpp`)."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.system.harness import StillWaiting, free_port

HERE = Path(__file__).parent
CONFIGURATION = HERE.parents[1] / "deploy/kannel.conf"
PEERS = Path(os.environ.get("PEERS") or Path(sys.prefix) / "peers")
USER, PASSWORD = "nexustop", "change-me"
_LONGEST_WAIT = 30


def needed() -> None:
    """Skip, and say what isn't here and how to get it, unless all of it is."""
    lacking = [
        name
        for name, there in (
            ("Kannel", _box("bearerbox")), ("node", shutil.which("node")),
            ("node's smpp", (PEERS / "node_modules/smpp").is_dir()),
        )
        if not there
    ]  # fmt: skip
    if lacking:
        pytest.skip(f"no {', no '.join(lacking)}: run `make peers`")


class Smsc:
    """The SMSC: brings what handsets send, and keeps what is submitted to it, by its bind."""

    def __init__(self, port: int) -> None:
        node = shutil.which("node")
        assert node is not None
        self._process = subprocess.Popen(
            [node, str(HERE / "smsc.js"), str(PEERS / "node_modules"), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self._said: dict[str, queue.Queue[dict[str, Any]]] = {}
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._next("listening")

    def bound(self, by: str) -> None:
        """Wait until Kannel is bound as this system_id."""
        self._next(f"bound {by}")

    def bring(self, by: str, **words: object) -> None:
        assert self._process.stdin is not None
        print(json.dumps({"by": by, **words}), file=self._process.stdin, flush=True)

    def submitted(self, by: str) -> dict[str, Any]:
        """The next message that was submitted through this bind."""
        return self._next(f"submitted {by}")

    def silent(self, by: str) -> bool:
        """Has nothing more been submitted so far?"""
        return self._heard(f"submitted {by}").empty()

    def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._listener.join(timeout=10)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as said:
            for line in said:
                words = json.loads(line)
                bound = words.get("bound")
                what = "listening" if "listening" in words else f"submitted {words.get('by')}"
                self._heard(f"bound {bound}" if bound else what).put(words)

    def _heard(self, what: str) -> "queue.Queue[dict[str, Any]]":
        return self._said.setdefault(what, queue.Queue())

    def _next(self, what: str) -> dict[str, Any]:
        try:
            return self._heard(what).get(timeout=_LONGEST_WAIT)
        except queue.Empty:
            raise StillWaiting(f"not within {_LONGEST_WAIT} s: {what}") from None


@contextmanager
def smsc(port: int) -> Iterator[Smsc]:
    """An SMSC that listens inside the block."""
    made = Smsc(port)
    try:
        yield made
    finally:
        made.stop()


@contextmanager
def kannel(folder: Path, *, app_port: int, smsc_port: int, sendsms_port: int) -> Iterator[None]:
    """bearerbox and smsbox, up inside the block: between the SMSC and the program."""
    folder.mkdir(parents=True, exist_ok=True)
    spool = folder / "spool"
    spool.mkdir()
    admin, boxes = free_port(), free_port()
    text = CONFIGURATION.read_text()
    for ours, instead in (
        ("host = smsc.operator.example", "host = 127.0.0.1"),
        ("port = 2775", f"port = {smsc_port}"),
        ("13000", str(admin)), ("13001", str(boxes)), ("13013", str(sendsms_port)),
        ("127.0.0.1:8000", f"127.0.0.1:{app_port}"),
        ("http-queue-delay = 10", "http-queue-delay = 1"),
        ("/var/log/kannel", str(folder)), ("/var/spool/kannel", str(spool)),
    ):  # fmt: skip
        assert ours in text, ours
        text = text.replace(ours, instead)
    configuration = folder / "kannel.conf"
    configuration.write_text(text)
    with (
        _running("bearerbox", configuration, lambda: _listens(boxes)),
        _running("smsbox", configuration, lambda: "smsbox:" in _status(admin)),
    ):
        yield


@contextmanager
def _running(name: str, configuration: Path, is_up: Callable[[], bool]) -> Iterator[None]:
    box = _box(name)
    assert box is not None
    said = configuration.with_name(f"{name}.out")
    with said.open("wb") as out:
        process = subprocess.Popen(
            [str(box), str(configuration)], stdout=out, stderr=out, env=_environment(box),
            cwd=configuration.parent,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + _LONGEST_WAIT
        while not is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise StillWaiting(f"{name} isn't up: {said.read_text()[-2_000:]}")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _box(name: str) -> Path | None:
    places = (Path("/usr/sbin") / name, PEERS / "kannel/usr/sbin" / name)
    return next((place for place in places if place.is_file()), None)


def _environment(box: Path) -> dict[str, str]:
    """Kannel unpacked into a folder of ours brings its own libraries."""
    root = box.parents[2]
    folders = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu")]
    ours = {"LD_LIBRARY_PATH": ":".join(map(str, folders))} if root != Path("/") else {}
    return {**os.environ, **ours}


def _listens(port: int) -> bool:
    listening = Path("/proc/net/tcp").read_text()
    return f"0100007F:{port:04X} 00000000:0000 0A" in listening


def _status(admin: int) -> str:
    url = f"http://127.0.0.1:{admin}/status.txt?password=change-me-admin"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""
