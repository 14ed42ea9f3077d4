"""Log lines that leave in batches: a hop can't pay for a system call per line."""

import atexit
import sys
import threading
from typing import Any, BinaryIO

import orjson

_EVERY_SECONDS = 0.05


class BufferedLines:
    """Writes JSON objects to `out` (standard output), at most 50 ms later, the rest at the end.

    Made in the process that writes (after a fork): its thread doesn't survive one.
    """

    def __init__(self, out: BinaryIO | None = None) -> None:
        self._out = out
        self._lines: list[bytes] = []
        self._stop = threading.Event()
        self._writing = threading.Lock()
        threading.Thread(target=self._run, name="log-lines", daemon=True).start()
        atexit.register(self.flush)

    def write(self, event: dict[str, Any]) -> None:
        self._lines.append(orjson.dumps(event))

    def close(self) -> None:
        """Write the rest and end the thread."""
        self._stop.set()
        atexit.unregister(self.flush)
        self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        with self._writing:
            lines, self._lines = self._lines, []
            if lines:
                out = self._out or sys.stdout.buffer
                out.write(b"\n".join(lines) + b"\n")
                out.flush()

    def _run(self) -> None:
        while not self._stop.wait(_EVERY_SECONDS):
            self.flush()
