"""Keeps exchanges with vendors for staff, written in batches by a thread of its own."""

import threading
from collections import deque

from app.db.engine import Database
from app.db.errors import DatabaseUnavailable
from app.ports.exchanges import Exchange
from app.security.field_encryption import FieldCipher
from app.services.exchanges_about import keep_exchanges

_MOST_WAITING = 10_000
_BATCH = 500
_EVERY_SECONDS = 0.5


class BatchedExchanges:
    """An ExchangeLog. Never blocks and never raises; when it can't keep up, the oldest are lost."""

    def __init__(self, db: Database, fields: FieldCipher) -> None:
        self._db = db
        self._fields = fields
        self._waiting: deque[Exchange] = deque(maxlen=_MOST_WAITING)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def record(self, exchange: Exchange) -> None:
        self._waiting.append(exchange)
        if self._thread is None:
            self._start()

    def close(self) -> None:
        """Write what is left and stop."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2)
        self._write()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="exchanges", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self._write()

    def _write(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
            try:
                with self._db.transaction() as tx:
                    keep_exchanges(tx, self._fields, batch)
            except DatabaseUnavailable:
                return
