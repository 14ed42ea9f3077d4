"""Where the vendors are: the sandbox, our doors to its callbacks, and the way between them."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

from app.bootstrap import SystemClock
from app.bootstrap.doors import vendor_doors
from app.domain.addresses import NONE
from app.domain.products import Offered
from providers.http_client import HttpClient
from providers.sandbox import africastalking_data as at_data
from providers.sandbox import smedata as reseller
from providers.sandbox.book import Book
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.factories.world import World
from tests.fakes.http import Remembered
from tests.providers.vending import VENDORS, africastalking_data, smedata

IMPATIENT_SECONDS, SILENT_SECONDS = 0.4, 1.2
_QUIET_WITHIN_SECONDS = 20.0
_SOON_SECONDS = 60.0
_OTHER_DIGITS = str.maketrans("0123456789", "9876543210")
OPERATOR = "mtn-ng"
_OPEN_DOORS = SimpleNamespace(
    africastalking_inbound_tokens=(), vtpass_inbound_tokens=(), reloadly_inbound_tokens=(),
    flutterwave_inbound_tokens=(), dtone_inbound_tokens=(), vending_names=tuple(VENDORS),
    dtone_callback_base="here", sim_swap_provider="", inbound_addresses=lambda _: NONE,
)  # fmt: skip
"""The settings that the doors are made from: of all vendors, without tokens."""


@dataclass
class Heard:
    """A callback that came: where to, what it said, and how it was answered."""

    path: str
    body: bytes
    status: int


@dataclass
class Street:
    """`heard`: every callback so far. The doors act in the world that was opened last."""

    app: Flask
    doors: Any
    plans: Path
    patient: HttpClient
    impatient: HttpClient
    address: str
    heard: list[Heard] = field(default_factory=list)
    listed: dict[str, tuple[Offered, ...]] = field(default_factory=dict)
    sandboxes: dict[SandboxSettings, SandboxServer] = field(default_factory=dict)
    stack: ExitStack = field(default_factory=ExitStack)

    def sandbox(self, float_minor: int, pending_seconds: float) -> SandboxServer:
        """One in which we have so much with each vendor, and what is pending takes so long."""
        settings = SandboxSettings(
            callback_base=self.address, silence_seconds=SILENT_SECONDS, delivery_seconds=0.01,
            retry_seconds=0.05, pending_seconds=pending_seconds, float_minor=float_minor,
        )  # fmt: skip
        if settings not in self.sandboxes:
            served = SandboxServer(settings, "127.0.0.1", 0)
            self.sandboxes[settings] = served
            self.stack.enter_context(_running(served.run, served.stop))
        return self.sandboxes[settings]

    def adapter(self, name: str, base: str, *, impatient: bool) -> Any:
        """The real adapter; an impatient one waits for an answer less long than silence lasts."""
        http = self.impatient if impatient else self.patient
        if name == smedata.VENDOR.name:
            return smedata.make(base, http, self._file(name, reseller.plan_file()))
        if name == africastalking_data.VENDOR.name:
            return africastalking_data.make(base, http, self._file(name, at_data.plan_file()))
        return VENDORS[name].make(base, http)

    def offers(self, name: str, base: str) -> tuple[Offered, ...]:
        """What the vendor lists of one operator, asked once."""
        if name not in self.listed:
            everything = self.adapter(name, base, impatient=False).offers()
            self.listed[name] = tuple(one for one in everything if one.operator == OPERATOR)
        return self.listed[name]

    def open(self, world: World) -> None:
        """From now on callbacks are about this world."""
        self.doors.vending, self.doors.context = world.vending, world.context

    def tell_of_another(self, recipient: str, served: SandboxServer) -> None:
        """What the vendor said last of this recipient's sale, said of one that nobody made."""
        [sold] = [one for one in served.floor.book.vends() if one["msisdn"] == recipient]
        said = self.heard[-1]
        body = said.body
        for id_ in (sold["reference"], sold["external_id"]):
            body = body.replace(id_.encode(), (id_[0] + id_[1:].translate(_OTHER_DIGITS)).encode())
        assert body != said.body
        self.app.test_client().post(said.path, data=body, content_type="application/json")

    def _file(self, name: str, text: str) -> Path:
        path = self.plans / f"{name}.csv"
        path.write_text(text)
        return path


def wait_until_quiet(served: SandboxServer) -> Book:
    """All that the vendors had put off for a moment is done, and heard; their book."""
    deadline = time.monotonic() + _QUIET_WITHIN_SECONDS
    while not served.floor.later.quiet(_SOON_SECONDS):
        assert time.monotonic() < deadline, "the sandbox has still something to do"
        time.sleep(0.005)
    return served.floor.book


@contextmanager
def street() -> Iterator[Street]:
    app, doors = Flask("nexustop-doors", static_folder=None), SimpleNamespace(settings=_OPEN_DOORS)
    for blueprint in vendor_doors(doors):  # type: ignore[arg-type]
        app.register_blueprint(blueprint)
    with ExitStack() as stack:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
        stack.enter_context(_running(lambda: server.serve_forever(0.05), server.shutdown))
        clients = [
            HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=seconds)
            for seconds in (10, IMPATIENT_SECONDS)
        ]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        made = Street(app, doors, folder, *clients, f"http://127.0.0.1:{server.server_port}")
        for client in clients:
            stack.callback(client.close)

        app.before_request(lambda: request.get_data() and None)

        @app.after_request
        def remember(answer: Response) -> Response:
            made.heard.append(Heard(request.path, request.get_data(), answer.status_code))
            return answer

        stack.enter_context(made.stack)
        yield made
        server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        """The street remembers what it heard."""


@contextmanager
def _running(run: Any, stop: Any) -> Iterator[None]:
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()
