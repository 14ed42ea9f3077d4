"""Adding money to a wallet."""

from dataclasses import dataclass

from app.domain.charges import ChargeMethod, ChargeState
from app.domain.money import Money


@dataclass(frozen=True, slots=True)
class GetFundingWays:
    """How money can be added to the subscriber's wallet. Replies: FundingWays."""


@dataclass(frozen=True, slots=True)
class AskPayInAccount:
    """The bank account to add money through; opened if there is none yet.

    Replies: PayInAccount, PayInAsked, Refused.
    """


@dataclass(frozen=True, slots=True)
class LookForPayment:
    """Money was sent and hasn't arrived: have it looked for. Replies: Done, Refused."""


@dataclass(frozen=True, slots=True)
class StartCharge:
    """Have a provider collect this much; `bank` is a code of app.domain.banks for BANK_USSD.

    Replies: ChargeAsked, ChargeAskedBefore, Refused.
    """

    method: ChargeMethod
    amount: Money
    bank: str = ""


@dataclass(frozen=True, slots=True)
class GetCharge:
    """What is known of a charge of the subscriber's. Replies: ChargeShown, Refused."""

    reference: str


@dataclass(frozen=True, slots=True)
class FundingWays:
    """What is offered: an account of one's own, codes of these banks, a prompt on the handset."""

    bank_transfer: bool
    banks: tuple[str, ...]
    prompt: bool


@dataclass(frozen=True, slots=True)
class PayInAccount:
    """Transfers to this account reach the wallet."""

    number: str
    bank: str
    name: str


@dataclass(frozen=True, slots=True)
class PayInAsked:
    """The account is being opened; its number comes by SMS."""


@dataclass(frozen=True, slots=True)
class ChargeAsked:
    """It is on its way to the provider; what to do comes by SMS, or as a prompt."""

    reference: str


@dataclass(frozen=True, slots=True)
class ChargeAskedBefore:
    """A prompt for this amount waits on the handset already; no second one was started."""

    reference: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ChargeShown:
    """`dial` is empty while the code isn't known."""

    state: ChargeState
    amount: Money
    dial: str


FundingRequest = GetFundingWays | AskPayInAccount | LookForPayment | StartCharge | GetCharge
FundingReply = (
    FundingWays | PayInAccount | PayInAsked | ChargeAsked | ChargeAskedBefore | ChargeShown
)
