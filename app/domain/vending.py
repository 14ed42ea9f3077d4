"""Who acts on each outcome: the pure rules between an attempt's outcome and the order's next step.

Nothing here knows a vendor by name; what differs between vendors is in ProviderTraits. The rule
behind every line: a hold is voided only on proof that nothing was delivered, another provider is
asked only on the same proof, and a lapsed lease proves nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.outcomes import (
    Declined,
    Delivered,
    Misconfigured,
    NotFound,
    NotSent,
    Pending,
    ProviderTraits,
    QueryOutcome,
    Scope,
    Throttled,
    Unknown,
    VendOutcome,
)

PROVIDER_GONE = "provider_gone"
"""The code of what waits for the word of a provider that isn't in use any more."""

NOT_FOUND_PROOF = 2
"""How often a vendor must not know a reference, after its grace, before that means anything."""


class AttemptState(StrEnum):
    """`sending` is in a worker's hands; `pending` and `unknown` wait for the vendor's word."""

    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    CLOSED = "closed"


OPEN_ATTEMPT = frozenset({AttemptState.SENDING, AttemptState.PENDING, AttemptState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class VendingRules:
    """Times of the road, all settings."""

    first_attempt_within: timedelta = timedelta(seconds=20)
    send_window: timedelta = timedelta(seconds=5)
    read_timeout: timedelta = timedelta(seconds=10)
    ask_after: tuple[timedelta, ...] = tuple(timedelta(seconds=s) for s in (5, 15, 30, 60))
    ask_every: timedelta = timedelta(seconds=60)
    retry_pause: timedelta = timedelta(seconds=2)
    pair_blocked_for: timedelta = timedelta(minutes=10)
    give_up_after: timedelta = timedelta(hours=24)
    staff_look_after: timedelta = timedelta(minutes=10)
    slow_notice_after: timedelta = timedelta(seconds=60)

    def next_ask(self, asked: int, since: datetime, now: datetime) -> datetime:
        """When to ask again, having asked `asked` times of an attempt opened `since`."""
        if asked < len(self.ask_after):
            return max(since + self.ask_after[asked], now + timedelta(seconds=1))
        return now + self.ask_every


@dataclass(frozen=True, slots=True)
class Attempt:
    """What the rules need to know of a vend attempt."""

    state: AttemptState
    opened_at: datetime
    send_by: datetime
    validated: bool = False
    validation_trusted: bool = True
    is_resend: bool = False
    asked: int = 0
    not_found: int = 0


# --- steps -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Settle:
    """Post the hold; the order is delivered."""

    external_id: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Void the hold; the order is declined and its buyer told why by `code`."""

    code: str


@dataclass(frozen=True, slots=True)
class TryNext:
    """Close the attempt; the order goes on with another route (or this one, unless `spent`)."""

    code: str
    spent: bool
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Keep the attempt open in `state`; ask the vendor at `ask_at` (None: nobody can be asked)."""

    state: AttemptState
    code: str
    ask_at: datetime | None
    external_id: str = ""
    not_found: int = 0
    resend_spent: bool = True


@dataclass(frozen=True, slots=True)
class Resend:
    """Close the attempt and send the same reference to the same vendor once more."""


Step = Settle | Refund | TryNext | Wait | Resend


def after_answer(
    attempt: Attempt, outcome: VendOutcome, traits: ProviderTraits, rules: VendingRules,
    now: datetime,
) -> Step:  # fmt: skip
    """The order's next step once the vendor's answer to a vend (or its absence) is known."""
    if attempt.is_resend and isinstance(outcome, NotSent | Throttled | Misconfigured):
        # A repeat that didn't go through says nothing of the first request.
        return _wait_unknown(attempt, outcome.code, traits, rules, now, resend_spent=False)
    match outcome:
        case Delivered():
            return Settle(outcome.external_id)
        case Declined(scope=Scope.SALE):
            return Refund(outcome.code)
        case Declined():
            return TryNext(outcome.code, spent=True)
        case NotSent() | Misconfigured():
            return TryNext(outcome.code, spent=False, not_before=now + rules.retry_pause)
        case Throttled(same_recipient=True) if traits.validates and attempt.validated:
            # It asked us and was told yes: what it refuses as a repeat is one of this very request.
            return _wait_unknown(attempt, outcome.code, traits, rules, now)
        case Throttled(same_recipient=True):
            return TryNext(outcome.code, spent=True)
        case Throttled():
            return TryNext(outcome.code, spent=False, not_before=now + outcome.after)
        case Pending() if traits.validates and not attempt.validated:
            # The vendor sold without asking us: nothing it says of this attempt can be relied on.
            return Wait(AttemptState.UNKNOWN, "sold_unvalidated", None, outcome.external_id)
        case Pending():
            asked = traits.can_be_asked(outcome.external_id)
            ask_at = rules.next_ask(0, now, now) if asked else None
            return Wait(AttemptState.PENDING, outcome.code, ask_at, outcome.external_id)
        case Unknown():
            return _wait_unknown(attempt, outcome.code, traits, rules, now, outcome.external_id)


def after_query(
    attempt: Attempt, outcome: QueryOutcome, traits: ProviderTraits, rules: VendingRules,
    now: datetime,
) -> Step:  # fmt: skip
    """The order's next step once a vendor was asked what became of an attempt."""
    ask_at = rules.next_ask(attempt.asked + 1, attempt.opened_at, now)
    match outcome:
        case Delivered():
            return Settle(outcome.external_id)
        case Declined(scope=Scope.SALE):
            return Refund(outcome.code)
        case Declined():
            return TryNext(outcome.code, spent=True)
        case Pending():
            return Wait(AttemptState.PENDING, outcome.code, ask_at, outcome.external_id)
        case NotFound():
            return _after_not_found(attempt, outcome, traits, rules, now)
        case Unknown():
            return Wait(AttemptState.UNKNOWN, outcome.code, ask_at, outcome.external_id)
        case NotSent() | Misconfigured():
            return Wait(attempt.state, outcome.code, ask_at, not_found=attempt.not_found)


def _after_not_found(
    attempt: Attempt, outcome: NotFound, traits: ProviderTraits, rules: VendingRules,
    now: datetime,
) -> Step:  # fmt: skip
    ask_at = rules.next_ask(attempt.asked + 1, attempt.opened_at, now)
    in_flight_until = attempt.send_by + traits.grace
    if now < in_flight_until:
        return Wait(AttemptState.UNKNOWN, outcome.code, max(ask_at, in_flight_until))
    found_missing = attempt.not_found + 1
    if (
        traits.never_processed_after is not None
        and now >= attempt.send_by + traits.never_processed_after
    ):
        return TryNext("never_processed", spent=True)
    if found_missing >= NOT_FOUND_PROOF and traits.refuses_duplicates and not attempt.is_resend:
        return Resend()
    return Wait(AttemptState.UNKNOWN, outcome.code, ask_at, not_found=found_missing)


def after_silence(
    attempt: Attempt, traits: ProviderTraits, rules: VendingRules, now: datetime
) -> Step | None:
    """The step when nobody has spoken: None while it is too early to touch the attempt.

    A worker may be paused with the request in its hands, so an attempt that is `sending` is left
    alone until every byte, answer and grace it could still have are over.
    """
    if traits.validates and attempt.validation_trusted and not attempt.validated:
        # Such a vendor books nothing that we didn't validate, and from now on we refuse to.
        if now >= attempt.send_by + traits.grace:
            return TryNext("not_validated", spent=True)
        return None
    in_hand = now < attempt.send_by + rules.read_timeout + traits.grace
    if attempt.state is AttemptState.SENDING and in_hand:
        return None
    if not traits.in_use:
        return Wait(AttemptState.UNKNOWN, PROVIDER_GONE, now + rules.ask_every)
    if attempt.state is not AttemptState.SENDING:
        return None
    return Wait(AttemptState.UNKNOWN, "worker_silent", now if traits.can_query else None)


def may_validate(attempt: Attempt, now: datetime) -> bool:
    """May a vendor that asks be told "Validated" for this attempt now?"""
    return attempt.state in OPEN_ATTEMPT and now <= attempt.send_by


def _wait_unknown(
    attempt: Attempt, code: str, traits: ProviderTraits, rules: VendingRules, now: datetime,
    external_id: str = "", *, resend_spent: bool = True,
) -> Wait:  # fmt: skip
    ask_at = rules.next_ask(0, now, now) if traits.can_be_asked(external_id) else None
    return Wait(AttemptState.UNKNOWN, code, ask_at, external_id, attempt.not_found, resend_spent)
