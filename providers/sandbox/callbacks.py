"""Callbacks to the program: sent from threads, later, and again when they aren't heard."""

import heapq
import http.client
import itertools
import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_TRIES = 6
_TIMEOUT_SECONDS = 5.0
_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What the program answered; header names are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Later:
    """Runs acts after a while, in threads of its own."""

    def __init__(self) -> None:
        self._queue: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        self._running = 0
        self._pool = ThreadPoolExecutor(32, thread_name_prefix="callback")
        self._stopped = False
        threading.Thread(target=self._run, name="later", daemon=True).start()

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        with self._changed:
            heapq.heappush(self._queue, (time.monotonic() + seconds, next(self._order), act))
            self._changed.notify()

    def quiet(self, within: float) -> bool:
        """Is nothing being done, and nothing due within so many seconds?"""
        with self._changed:
            until = time.monotonic() + within
            return not self._running and not (self._queue and self._queue[0][0] < until)

    def hurry(self) -> None:
        """Do now all that was put off."""
        with self._changed:
            self._queue = [(0.0, number, act) for _, number, act in self._queue]
            heapq.heapify(self._queue)
            self._changed.notify()

    def pause(self, seconds: float) -> None:
        """Hold the calling thread up."""
        if seconds:
            time.sleep(seconds)

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _run(self) -> None:
        while True:
            with self._changed:
                while not self._stopped and not self._is_due():
                    self._changed.wait(self._queue[0][0] - time.monotonic() if self._queue else 60)
                if self._stopped:
                    return
                _, _, act = heapq.heappop(self._queue)
                self._running += 1
            self._pool.submit(self._do, act)

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            with self._changed:
                self._running -= 1

    def _is_due(self) -> bool:
        return bool(self._queue) and self._queue[0][0] <= time.monotonic()


class CallbackSender:
    """Posts to the program's callback paths."""

    def __init__(self, base: str, later: Later, retry_seconds: float) -> None:
        self._address = urlsplit(base)
        self._later = later
        self._retry_seconds = retry_seconds

    def exchange(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str],
        within: float = _TIMEOUT_SECONDS,
    ) -> Heard | None:  # fmt: skip
        """Send one request now, once; None when no answer comes within so many seconds."""
        line = http.client.HTTPConnection(
            self._address.hostname or "127.0.0.1", self._address.port, timeout=within
        )
        try:
            line.request(method, target, body or None, dict(headers))
            answer = line.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return Heard(answer.status, told, answer.read())
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()

    def ask(self, path: str, body: dict[str, object]) -> dict[str, object] | None:
        """Post JSON now and wait for the JSON answer; None when there is none."""
        status, answer = self._post(path, json.dumps(body).encode(), _JSON)
        if status != 200:
            return None
        try:
            parsed = json.loads(answer)
        except ValueError:
            return None
        return parsed if isinstance(parsed, dict) else None

    def tell(
        self, target: str, body: bytes, headers: Mapping[str, str], after: float = 0,
        attempt: int = 1,
    ) -> None:  # fmt: skip
        """Post later, again until it is heard."""

        def act() -> None:
            status, _ = self._post(target, body, headers)
            if status != 200 and attempt < _TRIES:
                pause = self._retry_seconds * 2 ** (attempt - 1)
                self.tell(target, body, headers, pause, attempt + 1)

        self._later.after(after, act)

    def tell_json(self, path: str, body: dict[str, object], after: float = 0) -> None:
        """Post JSON later, again until it is heard."""
        self.tell(path, json.dumps(body).encode(), _JSON, after)

    def tell_signed(
        self, path: str, body: bytes, header: tuple[str, str], after: float = 0,
        more: tuple[tuple[str, str], ...] = (),
    ) -> None:  # fmt: skip
        """Post JSON later with a signature of its bytes, again until it is heard."""
        self.tell(path, body, {**_JSON, **dict((header, *more))}, after)

    def tell_form(self, path: str, fields: dict[str, str], after: float = 0) -> None:
        """Post a form later, again until it is heard."""
        self.tell(path, urlencode(fields).encode(), _FORM, after)

    def tell_now(self, path: str, body: dict[str, object]) -> None:
        """Post JSON now, once."""
        self._post(path, json.dumps(body).encode(), _JSON)

    def _post(self, target: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        heard = self.exchange("POST", target, body, headers)
        return (heard.status, heard.body) if heard else (0, b"")
