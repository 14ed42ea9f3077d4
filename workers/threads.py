"""Many jobs at once in one process: a vendor's seconds are spent waiting, so threads are enough."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from app.observability.logging import logger, where

_log = logger("worker")


class JobThreads:
    """At most `size` jobs in flight; `submit` waits for a free place, which is the back-pressure
    that leaves the rest in the queue for other workers."""

    def __init__(self, size: int) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="job")
        self._places = threading.BoundedSemaphore(size)

    def submit(self, topic: str, act: Callable[[], object], subject: int | str) -> None:
        """Run it in a thread. What it raises is logged: whatever it was about comes due again."""
        self._places.acquire()
        self._pool.submit(self._run, topic, act, subject)

    def close(self, seconds: float) -> bool:
        """Take no more, let running jobs end; False when some still run after `seconds`."""
        last = self._pool.submit(lambda: None)
        self._pool.shutdown(wait=False)
        deadline_met = wait([last], seconds).not_done == set()
        return deadline_met and self._all_ended(seconds)

    def _run(self, topic: str, act: Callable[[], object], subject: int | str) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - the sweeper takes it up again
            cause = where(error.__cause__) if error.__cause__ else ""
            _log.error("job_failed", topic=topic, id=subject, error=where(error), cause=cause)
        finally:
            self._places.release()

    def _all_ended(self, seconds: float) -> bool:
        for thread in list(self._pool._threads):  # noqa: SLF001 - the pool has no timed join
            thread.join(seconds)
        return not any(thread.is_alive() for thread in self._pool._threads)  # noqa: SLF001
