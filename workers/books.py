"""What keeps and proves the books, and encrypts anew: it reads much, so it runs beside the relay
and not before it."""

import threading
import time
from pathlib import Path

from app.bootstrap import Parts
from app.observability.logging import logger
from app.services.anchor_ledger import anchor_ledger
from app.services.fold_funnel import fold_funnel
from app.services.fold_ledger import fold_ledger
from app.services.fold_orders import count_orders_again, fold_orders
from app.services.keep_audit_chain import anchor_chain, verify_chain
from app.services.renew_fields import renew_some
from app.services.run_retention import run_retention
from app.services.seal_ledger import seal_ledger, seal_stragglers
from app.services.trial_balance import take_trial_balances
from workers.regular import Regular

_DAY = 86_400.0
_FIELDS_EVERY = 5.0
_log = logger("books")


class BooksThread:
    """One thread that folds, seals, takes trial balances and anchors until it is closed."""

    def __init__(self, parts: Parts) -> None:
        self._stopping = threading.Event()
        self._regulars = regulars(
            parts, parts.settings.ledger_anchor_file, parts.settings.audit_anchor_file
        )
        self._thread = threading.Thread(target=self._run, name="books", daemon=True)
        self._thread.start()

    def close(self, seconds: float) -> None:
        """Begin nothing more; wait this long for what runs, which the database ends after that."""
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.wait(1):
            for regular in self._regulars:
                if not self._stopping.is_set():
                    regular.run_if_due(time.monotonic())


def regulars(parts: Parts, anchors: Path | None, audit: Path | None = None) -> list[Regular]:
    """What is done and how often; anchors only where there is a place for them."""
    db = parts.db
    acts = [
        Regular("fold", 5, lambda: fold_ledger(db)),
        Regular("seal", 60, lambda: seal_ledger(db)),
        Regular("stragglers", 3_600, lambda: seal_stragglers(db)),
        Regular("orders", 5, lambda: fold_orders(db)),
        Regular("orders_again", _DAY, lambda: _count_orders_again(parts)),
        Regular("funnel", 60, lambda: fold_funnel(db, parts.clock)),
        Regular("audit_verify", _DAY, lambda: verify_chain(db, parts.clock, audit)),
        Regular("fields", _FIELDS_EVERY, lambda: renew_some(parts.context)),
        Regular("retention", _DAY, lambda: run_retention(db, parts.clock)),
        Regular("trial_balance", 3_600, lambda: take_trial_balances(db, parts.clock)),
    ]
    if anchors is not None:
        acts.append(Regular("anchor", _DAY, lambda: anchor_ledger(db, anchors)))
    if audit is not None:
        acts.append(Regular("audit_anchor", _DAY, lambda: anchor_chain(db, parts.clock, audit)))
    return acts


def _count_orders_again(parts: Parts) -> None:
    if wrong := count_orders_again(parts.db, parts.clock):
        _log.warning("order_counts_corrected", counts=wrong)
