"""Acts that meet at a lock: a race that happens each time, whatever the machine is busy with."""

import threading
import time
from collections.abc import Callable, Sequence

from app.db.engine import Database, Transaction

_GIVES_UP_AFTER_SECONDS = 20


def meet_at(
    db: Database, holding: Callable[[Transaction], object], acts: Sequence[Callable[[], object]]
) -> None:
    """Run `holding` in a transaction that stays open until every act waits for its locks, then
    commit it; when all acts have ended, raise the first error of any."""
    failed: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - raised below
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    with db.transaction() as tx:
        holding(tx)
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + _GIVES_UP_AFTER_SECONDS
        while _waiting(db) < len(acts):
            assert time.monotonic() < deadline, "not every act came to the lock"
            time.sleep(0.01)
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _waiting(db: Database) -> int:
    with db.statement() as tx:
        return int(tx.one(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )[0])  # fmt: skip
