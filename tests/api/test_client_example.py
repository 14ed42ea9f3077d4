"""What docs/api-client.md says: a client is generated from the document, and its script runs."""

import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from app.db.engine import Database
from tests.api.client import Service
from tests.factories.world import PIN, World, naira
from tests.fakes.clock import FixedClock
from tests.fakes.vendor import ScriptedVendor

_ROOT = Path(__file__).parents[2]
_TOOLS = str(Path(sys.executable).parent)


@pytest.fixture
def world(db: Database, clock: FixedClock) -> World:
    return World(db, clock, {"first": ScriptedVendor(clock, "first")})


@pytest.fixture
def served(service: Service) -> Iterator[str]:
    yield from _serving(service.app)


@pytest.fixture
def inbox(service: Service) -> Iterator[str]:
    """In the place of the sandbox: what was sent to a number."""
    sandbox = Flask("inbox")

    @sandbox.get("/control/sms")
    def sms() -> object:
        code = service.last_code(request.args["to"])
        return jsonify([{"text": f"{code} is your NexusTop code"}] if code else [])

    yield from _serving(sandbox)


def _serving(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _commands() -> list[list[str]]:
    """What the page has its reader type, less the addresses and the number."""
    page = (_ROOT / "docs/api-client.md").read_text()
    return [shlex.split(line) for line in re.findall(r"^    (?:\$ )(.+)$", page, re.MULTILINE)]


def test_the_commands_of_the_page_make_a_client_that_is_charged_once(
    service: Service, served: str, inbox: str, tmp_path: Path
) -> None:
    buyer = service.world.subscriber(naira(1_000))
    generate, run = _commands()
    environment = {
        "PATH": f"{_TOOLS}:{os.environ['PATH']}", "PYTHONPATH": str(tmp_path), "NEXUSTOP_PIN": PIN,
    }  # fmt: skip

    def typed(command: list[str]) -> str:
        done = subprocess.run(
            command, cwd=_ROOT, env=environment, text=True, capture_output=True, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    to = generate.index("--output-path") + 1
    typed([*generate[:to], str(tmp_path / generate[to]), *generate[to + 1 :]])
    said = typed([*run[:2], served, inbox, buyer]).splitlines()
    assert said[0] == "wallet: NGN 1,000.00"
    assert said[1] == said[2], "the same purchase"
    assert said[3:] == ["charged: 200.00", "now: placed"]
    assert service.world.spendable(buyer) == naira(800)
    assert service.world.one("select count(*) from orders o join subscribers s on s.id ="
                             " o.subscriber_id where s.msisdn = %s", buyer) == 1  # fmt: skip
