"""What every request shares: where it came from, and the answers any of them can get."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.money import Money
from app.domain.msisdn import Msisdn


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from; (channel, session, step) is the key that makes it count once.
    `by` names who acted for the number's owner: whoever is signed in at an agent's counter; empty:
    the owner. `attempt` numbers the attempts at a PIN where a step may be tried with another PIN
    and still counts once; None: a step has one attempt."""

    channel: str
    session: str
    step: int
    msisdn: Msisdn
    by: str = ""
    attempt: int | None = None

    @property
    def pin_step(self) -> int:
        """The number under which the attempt at the PIN is counted."""
        return self.step if self.attempt is None else self.attempt


@dataclass(frozen=True, slots=True)
class Done:
    pass


@dataclass(frozen=True, slots=True)
class WrongPin:
    tries_left: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    """`until` is None when only staff or an agent can unlock."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class NotEnough:
    balance: Money
    price: Money


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A daily or per-purchase limit; `left` is what may still be spent today."""

    left: Money


@dataclass(frozen=True, slots=True)
class TooFast:
    """This was done too often in a short time; it may be tried again at `again_at`."""

    again_at: datetime


class Refusal(StrEnum):
    NOT_REGISTERED = "not_registered"
    BLOCKED = "blocked"
    MUST_CHANGE_PIN = "must_change_pin"
    PIN_BY_SMS_OFF = "pin_by_sms_off"
    NOT_SOLD_HERE = "not_sold_here"
    NOT_SENT_HERE = "not_sent_here"
    NO_MONEY_IN_HERE = "no_money_in_here"
    NOTHING_OPEN = "nothing_open"
    PIN_NOT_CHECKED = "pin_not_checked"
    NOT_AN_AGENT = "not_an_agent"
    NO_SUCH_AGENT = "no_such_agent"
    NO_SUCH_CUSTOMER = "no_such_customer"
    NO_CASH_HERE = "no_cash_here"
    NOTHING_TO_TAKE = "nothing_to_take"
    TOO_MANY_WRONG = "too_many_wrong"
    NEEDS_SECOND_FACTOR = "needs_second_factor"
    SIM_SWAPPED = "sim_swapped"
    SIM_UNCHECKED = "sim_unchecked"
    CANNOT_RECEIVE = "cannot_receive"
    WALLET_FULL = "wallet_full"
    NO_DOCUMENT_HERE = "no_document_here"
    CONFIRMED_BEFORE = "confirmed_before"
    NO_RATE = "no_rate"
    SCHEDULE_OVER = "schedule_over"
    TOO_MUCH_TO_SCHEDULE = "too_much_to_schedule"


@dataclass(frozen=True, slots=True)
class Refused:
    """The request can't be done at all, and asking again won't help."""

    why: Refusal


SharedReply = Done | WrongPin | PinLocked | NotEnough | LimitReached | TooFast | Refused
