"""A served sandbox, Flutterwave's adapter in front of it, and a door that hears its webhooks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.bootstrap import SystemClock
from app.ports.payments import AccountReady, PaymentEvent
from providers.http_client import HttpClient
from providers.payments.flutterwave.adapter import Flutterwave, FlutterwaveSettings
from providers.sandbox import flutterwave as vendor
from providers.sandbox.floor import Floor
from providers.sandbox.serve import SandboxServer
from providers.sandbox.settings import SandboxSettings
from tests.fakes.http import Remembered, Requests, saying


class Bench:
    """A served sandbox, its floor, the adapter, and the program's door that hears everything."""

    def __init__(self, floor: Floor, base: str, program: Requests, http: HttpClient) -> None:
        self.floor, self.program, self._base, self._http = floor, program, base, http
        self.adapter = self.with_bvn("12345678901")

    def with_bvn(self, bvn: str) -> Flutterwave:
        settings = FlutterwaveSettings(
            f"{self._base}/flutterwave", "demo-flutterwave", "demo-flutterwave-hash", bvn,
            "customers.test",
        )  # fmt: skip
        return Flutterwave(settings, self._http)

    def fault(self, name: str) -> None:
        self.floor.faults.add("flutterwave", "payments", name, 1)

    def webhooks(self) -> list[bytes]:
        """Those that may be looked at, oldest first."""
        return [
            body
            for path, headers, body in self.program.seen
            if path == vendor.words.WEBHOOK
            and self.adapter.authentic({k.lower(): v for k, v in headers.items()}, body)
        ]

    def heard(self) -> list[PaymentEvent]:
        """What they say."""
        return [self.adapter.parse(body) for body in self.webhooks()]

    def transfer(self, minor: int, opened: object) -> str:
        assert isinstance(opened, AccountReady)
        return self.transfer_to(opened.account.number, minor)

    def transfer_to(self, number: str, minor: int) -> str:
        account = self.floor.book.account_numbered(number)
        assert account is not None
        return vendor.transfer_arrives(self.floor, account, minor, "NGN")

    def booked(self) -> list[tuple[int, int]]:
        return [(p.amount_minor, p.fee_minor) for p in self.floor.book.payments("flutterwave")]


@contextmanager
def serving(tmp_path: Path, agrees: float) -> Iterator[Bench]:
    """`agrees`: after how many seconds customers agree by themselves."""
    with saying(200, "OK") as (program, requests):
        settings = SandboxSettings(
            callback_base=program, book_path=tmp_path / "book", silence_seconds=1.5,
            pending_seconds=0.1, retry_seconds=0.05, agrees_after_seconds=agrees,
            taken_back_after_seconds=0.1,
        )  # fmt: skip
        served = SandboxServer(settings, "127.0.0.1", 0)
        thread = threading.Thread(target=served.run)
        thread.start()
        http = HttpClient(SystemClock(), Remembered(), connect_seconds=3, read_seconds=1)
        try:
            yield Bench(served.floor, f"http://127.0.0.1:{served.port}", requests, http)
        finally:
            http.close()
            served.stop()
            thread.join()


def until(holds: Callable[[], object], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
