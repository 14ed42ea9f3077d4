"""Cash at an agent's counter: taken in, and paid out for a code.

Whoever is signed in is the agent's word (docs/decisions), so no PIN is asked; the acts are those of
a handset."""

from app.db import subscribers
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.names import masked
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import NotEnough, Origin
from app.domain.secret import Secret
from app.services.agent_act import act_for
from app.services.backoffice.person import Person
from app.services.cash_in import CashTaken, take_cash
from app.services.context import Context
from app.services.pay_out import CodeTried, try_code
from app.services.verified_name import verified_name

CHANNEL = "backoffice"

CashedIn = CashTaken | NotEnough
PaidOut = CodeTried | NotEnough


def origin_of(person: Person, key: str) -> Origin:
    """What makes an act count once: the key that came with the page, apart for each agent."""
    agent_id, msisdn = agent_of(person)
    return Origin(CHANNEL, f"{agent_id}-{key}", 1, msisdn, by=person.name)


def agent_of(person: Person) -> tuple[int, Msisdn]:
    """For whose float this person acts. Raises PermissionError for staff."""
    if person.agent_id is None or person.agent_msisdn is None:
        raise PermissionError(person.role)
    return person.agent_id, person.agent_msisdn


def currency_of(person: Person) -> str:
    """The currency of the agent's float."""
    return COUNTRY_CURRENCY[country_of(agent_of(person)[1])]


def may_move_cash(ctx: Context, person: Person) -> bool:
    """Is cash taken in and paid out in the agent's country today?"""
    country = country_of(agent_of(person)[1])
    return ctx.may(WalletAct.CASH_IN, country) and ctx.may(WalletAct.CASH_OUT, country)


def name_of(ctx: Context, msisdn: Msisdn) -> str | None:
    """The verified name masked, empty without one; None when the number isn't registered."""
    with ctx.db.statement() as tx:
        found = subscribers.find_by_msisdn(tx, msisdn)
        if found is None:
            return None
        name = verified_name(ctx, tx, found.id)
    return masked(name.value) if name else ""


def cash_in(ctx: Context, person: Person, key: str, customer: Msisdn, amount: Money) -> CashedIn:
    """Pay into the customer's wallet from the float, once per key."""
    origin = origin_of(person, key)
    return act_for(
        ctx, agent_of(person)[0], amount,
        lambda agent: take_cash(ctx, origin, agent, customer, amount),
    )  # fmt: skip


def pay_out(
    ctx: Context, person: Person, key: str, customer: Msisdn, amount: Money, code: Secret
) -> PaidOut:
    """Take over the customer's withdrawal; each key is one try."""
    origin = origin_of(person, key)
    return act_for(
        ctx, agent_of(person)[0], amount,
        lambda agent: try_code(ctx, origin, agent, customer, amount, code),
    )  # fmt: skip
