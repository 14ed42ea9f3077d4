"""Cash at an agent: what customers ask for, and what agents do."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret

# --- customers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QuoteWithdrawal:
    """What would it cost? `agent`: the number of the only agent who may pay, or empty. Answered
    with WithdrawalQuote or Refused."""

    amount: Money
    agent: str


@dataclass(frozen=True, slots=True)
class WithdrawalQuote:
    fee: Money
    agent_name: str


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Hold amount and fee until an agent has paid, for ten minutes; an earlier withdrawal that
    wasn't paid is voided. `said` is the fee that the customer was told: it never costs more.

    Replies: WithdrawalReady, WrongPin, PinLocked, NotEnough, LimitReached, CashLimitReached,
    TooFast, Refused.
    """

    amount: Money
    agent: str
    said: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class WithdrawalReady:
    """`code` is for the agent; it works until `until`."""

    reference: str
    code: Secret
    total: Money
    until: datetime


# --- agents ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GetAgentDesk:
    """What an agent has and what waits; answered with AgentDesk or Refused."""


@dataclass(frozen=True, slots=True)
class AgentDesk:
    """`has_parent`: there is an agent above to ask for float."""

    float_: Money
    commission: Money
    requests: int
    has_parent: bool


@dataclass(frozen=True, slots=True)
class GetAgentMovements:
    """The float's latest movements, newest first; answered with tuple[Movement, ...]."""

    limit: int = 5


@dataclass(frozen=True, slots=True)
class GetFloatRequests:
    """Who asks this agent for float, oldest first; answered with tuple[FloatRequest, ...]."""

    limit: int = 5


@dataclass(frozen=True, slots=True)
class FloatRequest:
    reference: str
    by: Msisdn
    amount: Money


@dataclass(frozen=True, slots=True)
class CashIn:
    """Cash was handed to the agent: pay it into the customer's wallet from the float.

    Replies: CashDone, CashLimitReached, WrongPin, PinLocked, NotEnough, Refused.
    """

    customer: Msisdn
    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class PayOut:
    """A customer shows a code: take over the withdrawal and hand out the cash.

    Replies: CashDone, CodeWrong, CashLimitReached, WrongPin, PinLocked, Refused.
    """

    customer: Msisdn
    amount: Money
    code: Secret
    pin: Secret


@dataclass(frozen=True, slots=True)
class CashDone:
    reference: str
    earned: Money


@dataclass(frozen=True, slots=True)
class CodeWrong:
    """Number, amount, agent and code don't belong together, or the time is over: pay nothing."""


@dataclass(frozen=True, slots=True)
class CashLimitReached:
    """`left` is what may still be moved as cash now."""

    left: Money


@dataclass(frozen=True, slots=True)
class SendFloat:
    """Float to an agent below. Replies: FloatMoved, WrongPin, PinLocked, NotEnough, Refused."""

    to: Msisdn
    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class BuyFloat:
    """Float from the agent's own wallet. Replies as for SendFloat."""

    amount: Money
    pin: Secret


@dataclass(frozen=True, slots=True)
class AskFloat:
    """Ask the agent above for float. Replies: FloatAsked, Refused."""

    amount: Money


@dataclass(frozen=True, slots=True)
class GiveFloat:
    """Grant a request. Replies as for SendFloat, and Refused once it is over."""

    reference: str
    pin: Secret


@dataclass(frozen=True, slots=True)
class DeclineFloat:
    """Decline a request. Replies: Done, Refused."""

    reference: str


@dataclass(frozen=True, slots=True)
class FloatMoved:
    reference: str


@dataclass(frozen=True, slots=True)
class FloatAsked:
    reference: str


@dataclass(frozen=True, slots=True)
class TakeCommission:
    """All that was earned goes to the agent's wallet.

    Replies: CommissionTaken, WrongPin, PinLocked, Refused.
    """

    pin: Secret


@dataclass(frozen=True, slots=True)
class CommissionTaken:
    reference: str
    amount: Money


AgentRequest = (
    QuoteWithdrawal
    | Withdraw
    | GetAgentDesk
    | GetAgentMovements
    | GetFloatRequests
    | CashIn
    | PayOut
    | SendFloat
    | BuyFloat
    | AskFloat
    | GiveFloat
    | DeclineFloat
    | TakeCommission
)
AgentReply = (
    WithdrawalQuote
    | WithdrawalReady
    | AgentDesk
    | tuple[FloatRequest, ...]
    | CashDone
    | CodeWrong
    | CashLimitReached
    | FloatMoved
    | FloatAsked
    | CommissionTaken
)
