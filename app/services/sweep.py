"""Find what nobody has looked after in time, whoever died or forgot: the truth is in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import (
    api_requests,
    api_sign_ins,
    attempts,
    broadcasts,
    cases,
    charges,
    exports,
    funding,
    identity,
    mt_sms,
    operator_lookups,
    orders,
    outbox,
    pins,
    schedules,
    sign_in_codes,
    sms_limits,
    unmasking,
    voucher_tries,
    web_accounts,
    web_sessions,
)
from app.db.engine import Database, Transaction
from app.domain.vouchers import REMEMBERED
from app.ports.clock import Clock
from app.services.end_transfer import return_transfers
from app.services.end_vouchers import expire_vouchers
from app.services.end_withdrawal import expire_withdrawals
from app.services.settle_order import tell_slow

_AGAIN_AFTER = timedelta(seconds=10)
_TYPED_PINS_KEPT = timedelta(hours=1)
_ASKED_SMS_KEPT = timedelta(days=2)
_SIGN_INS_KEPT = timedelta(days=1)
_WEB_SESSIONS_KEPT = timedelta(days=90)
_API_SIGN_INS_KEPT = timedelta(days=90)
_API_REQUESTS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Due:
    """Ids that need a job now, by topic of the outbox."""

    jobs: dict[str, list[int]]

    def __bool__(self) -> bool:
        return any(self.jobs.values())


def take_outbox(db: Database) -> Due:
    """What commits have asked for; taken out, because whatever is lost comes due by itself."""
    with db.transaction() as tx:
        return _in_order(outbox.take(tx))


def take_overdue(db: Database, clock: Clock) -> Due:
    """Whatever waits and whose time has come; each comes due again if nothing happens."""
    now = clock.now()
    with db.transaction() as tx:
        return _in_order(
            {
                outbox.VEND: orders.take_due(tx, now, _AGAIN_AFTER),
                outbox.ASK: attempts.take_due(tx, now, _AGAIN_AFTER),
                outbox.NOTIFY: mt_sms.take_due(tx, now, _AGAIN_AFTER),
                outbox.PAYMENT: funding.take_due_events(tx, now, _AGAIN_AFTER),
                outbox.ACCOUNT: funding.take_due_requests(tx, now, _AGAIN_AFTER),
                outbox.RECALL: cases.take_due_recalls(tx, now, _AGAIN_AFTER),
                outbox.CHARGE: charges.take_due(tx, now, _AGAIN_AFTER),
                outbox.IDENTITY: identity.take_due(tx, now, _AGAIN_AFTER),
                outbox.LOOKUP: operator_lookups.take_due(tx, now, _AGAIN_AFTER),
                outbox.SCHEDULE: schedules.take_due(tx, now, _AGAIN_AFTER),
                outbox.EXPORT: exports.take_due(tx, now, _AGAIN_AFTER),
                outbox.BROADCAST: broadcasts.take_due(tx, now, _AGAIN_AFTER),
            }
        )


def _in_order(jobs: dict[str, list[int]]) -> Due:
    """The oldest first: the database gives back what it changed in any order it likes."""
    return Due({topic: sorted(subjects) for topic, subjects in jobs.items()})


def tell_of_delays(db: Database, clock: Clock) -> int:
    """Queue one SMS for each order that has been open for too long to say nothing."""
    with db.transaction() as tx:
        slow = orders.take_slow(tx, clock.now())
        for order in slow:
            tell_slow(tx, order)
        return len(slow)


def tidy(db: Database, clock: Clock) -> None:
    """Return transfers, void withdrawals, expire vouchers, release blocked pairs, forget what old
    sessions typed, what was asked for by SMS, and who signed in long ago."""
    now = clock.now()
    return_transfers(db, now)
    expire_withdrawals(db, now)
    expire_vouchers(db, now)
    for step in (_release, _forget):
        with db.transaction() as tx:
            step(tx, now)


def _release(tx: Transaction, now: datetime) -> None:
    attempts.release_pairs(tx, now)


def _forget(tx: Transaction, now: datetime) -> None:
    pins.forget_pending(tx, now - _TYPED_PINS_KEPT)
    voucher_tries.forget(tx, now - REMEMBERED)
    sms_limits.forget_asked(tx, now - _ASKED_SMS_KEPT)
    exports.forget(tx, now)
    unmasking.forget(tx, now)
    web_accounts.forget_tries(tx, now - _SIGN_INS_KEPT)
    sign_in_codes.forget(tx, now - _SIGN_INS_KEPT)
    api_sign_ins.forget(tx, now - _API_SIGN_INS_KEPT)
    api_requests.forget(tx, now - _API_REQUESTS_KEPT)
    web_sessions.forget(tx, now - _SIGN_INS_KEPT, now - _WEB_SESSIONS_KEPT)
