"""What an SMS asks for, once it is read: requests of the menus, and what needs a look first."""

from dataclasses import dataclass

from app.domain.msisdn import Msisdn
from app.domain.requests import (
    AskFloat,
    BlockAccount,
    GetAgentDesk,
    GetBalance,
    PayOut,
    RedeemVoucher,
    ReportProblem,
    RevealBalance,
    SendStatement,
    SetLanguage,
)
from app.domain.secret import Secret
from app.domain.wishes import Wish
from menus.keywords.plan_words import PlanWords
from menus.keywords.replies import Saying


@dataclass(frozen=True, slots=True)
class Wanted:
    """Money is to be moved; no PIN: none was written."""

    wish: Wish
    pin: Secret | None


@dataclass(frozen=True, slots=True)
class PlanWanted:
    """A plan for this number, or a list of plans where nothing was said of one."""

    recipient: Msisdn
    operator: str
    plan: PlanWords
    pin: Secret | None


@dataclass(frozen=True, slots=True)
class AgainWanted:
    """What was bought last, once more."""

    pin: Secret | None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The code that was sent to the handset, and the PIN."""

    code: Secret
    pin: Secret


@dataclass(frozen=True, slots=True)
class TellLanguage:
    """Which language is it?"""


@dataclass(frozen=True, slots=True)
class OfferWish:
    """News and offers are wanted, or not."""

    wanted: bool


Asked = (
    GetBalance
    | RevealBalance
    | BlockAccount
    | RedeemVoucher
    | SendStatement
    | ReportProblem
    | SetLanguage
    | GetAgentDesk
    | AskFloat
    | PayOut
    | Wanted
    | PlanWanted
    | AgainWanted
    | Confirmed
    | TellLanguage
    | OfferWish
    | Saying
)


def moves_money(asked: Asked) -> bool:
    """May it only be done while its sender still waits for it?"""
    if isinstance(asked, PlanWanted):
        return bool(asked.plan)
    return isinstance(asked, Wanted | AgainWanted | Confirmed | RedeemVoucher | PayOut)
