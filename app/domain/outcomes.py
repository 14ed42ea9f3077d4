"""What can become of an attempt to deliver, and what is documented of the vendor that was asked.

An adapter turns each vendor's words into one of these; what its table doesn't list is Unknown.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Scope(StrEnum):
    """Whose refusal it is: of this sale whoever sells it, or of this provider only."""

    SALE = "sale"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Delivered:
    """Final success: value has reached the phone."""

    external_id: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Declined:
    """Final refusal: nothing was or will be delivered for this reference.

    `taken_back`: the vendor's word for a sale that it undid, also one that it had delivered before.
    """

    code: str
    scope: Scope
    external_id: str = ""
    taken_back: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """No byte of the request left; the same reference may be used again."""

    code: str


@dataclass(frozen=True, slots=True)
class Throttled:
    """Refused for now, nothing was or will be delivered for this request.

    `same_recipient` is the vendor's repeat rule (same number, or number and amount, too soon);
    otherwise the same reference may be sent again after `after`.
    """

    code: str
    after: timedelta
    same_recipient: bool = False


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted; the final word comes later."""

    external_id: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been delivered. Only the vendor's word, or time, ends this."""

    code: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Misconfigured:
    """This provider can't sell until somebody acts (credentials, empty float)."""

    code: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """Answer to a query only: the vendor doesn't know the reference (now)."""

    code: str = ""


VendOutcome = Delivered | Declined | NotSent | Throttled | Pending | Unknown | Misconfigured
QueryOutcome = Delivered | Declined | Pending | Unknown | NotFound | NotSent | Misconfigured


@dataclass(frozen=True, slots=True)
class ProviderTraits:
    """What is documented of a vendor; the rules for its Unknowns follow from it.

    can_query: it can be asked about our reference after an answer that never came.
    knows_own_id: it can be asked too, but only about the id it answered with.
    refuses_duplicates: a repeated reference is documented never to vend twice.
    grace: how long after its answer was due a request may still be on its way.
    never_processed_after: documented age at which an unknown reference will never be processed.
    validates: it asks us (validation callback) before it books, so silence means "not booked".
    callback_settles: its callback is the only final word there is (it can't be asked).
    finds_operator: it finds the operator by the number; that it delivered proves nothing of the one
    we named.
    most_in_flight: how many requests of ours it is given at once, all workers together.
    most_per_second: its documented rate limit, None where there is none.
    in_use: it is configured; see `out_of_use`.
    """

    name: str
    can_query: bool
    refuses_duplicates: bool
    grace: timedelta
    never_processed_after: timedelta | None = None
    validates: bool = False
    callback_settles: bool = False
    knows_own_id: bool = False
    finds_operator: bool = False
    most_in_flight: int = 128
    most_per_second: int | None = None
    in_use: bool = True

    def can_be_asked(self, external_id: str | None) -> bool:
        """Can it be asked about an attempt for which it gave this id, or none yet?"""
        return self.can_query or (self.knows_own_id and bool(external_id))


def out_of_use(name: str) -> ProviderTraits:
    """Of a provider that isn't configured any more: nobody can ask it, and nothing that depends on
    what its vendor documents is believed."""
    return ProviderTraits(
        name, can_query=False, refuses_duplicates=False, grace=timedelta(seconds=60),
        finds_operator=True, in_use=False,
    )  # fmt: skip
