"""Child processes: started so that they die with us, restarted when they die without us."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from app.launcher.servers import Server

_PR_SET_PDEATHSIG = 1
_BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)
_HEALTHY_AFTER_SECONDS = 30.0


def dies_with_parent(parent: int, death_signal: int) -> Callable[[], None]:
    """For preexec: the kernel sends `death_signal` when the parent is gone, even by kill -9."""
    libc = ctypes.CDLL(None)

    def arm() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return arm


class Child:
    """One supervised process."""

    def __init__(self, server: Server) -> None:
        self.name = server.name
        self._server = server
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._failures = 0
        self._restart_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it; its output goes to its log file."""
        user = self._server.user
        with self._server.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._server.argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=self._server.environment, cwd="/" if user else None, start_new_session=True,
                preexec_fn=dies_with_parent(os.getpid(), self._server.stop_signal),
                **(user.popen() if user else {}),
            )  # type: ignore[call-overload]  # fmt: skip
        self._started_at = time.monotonic()

    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def restart_if_dead(self) -> str | None:
        """Restart it with a growing pause; says what happened, None when nothing did."""
        now = time.monotonic()
        if self.running() or self._process is None:
            return None
        if not self._restart_at:
            self._kill_group(self._process)
            if now - self._started_at > _HEALTHY_AFTER_SECONDS:
                self._failures = 0
            pause = _BACKOFF_SECONDS[min(self._failures, len(_BACKOFF_SECONDS) - 1)]
            self._failures += 1
            self._restart_at = now + pause
            return f"{self.name} ended with {self._process.returncode}; restarting in {pause} s"
        if now >= self._restart_at:
            self._restart_at = 0.0
            self.start()
        return None

    def ask_to_stop(self) -> None:
        if self.running() and self._process:
            self._process.send_signal(self._server.stop_signal)
            self._process.send_signal(signal.SIGCONT)

    def end_by(self, deadline: float) -> None:
        """Wait until `deadline` (monotonic seconds), then kill what is left of its group."""
        process = self._process
        if process is None:
            return
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            pass
        self._kill_group(process)
        process.wait()

    @staticmethod
    def _kill_group(process: "subprocess.Popen[bytes]") -> None:
        """Its own children may have outlived it, and hold its port."""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def log_tail(path: Path, lines: int = 8) -> str:
    """The end of a log, for a person."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
