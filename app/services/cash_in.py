"""Cash in: the customer hands over cash, the agent's float pays it into the customer's wallet."""

from app.db import cash, ledger, outbox, pins, subscribers, tariffs
from app.db.agents import AgentRow
from app.db.cash import NewCashIn
from app.db.engine import Transaction
from app.db.subscribers import SubscriberRow
from app.domain import agent_postings as recipes
from app.domain.agency import EARNS_AGAIN_AFTER, Band
from app.domain.ledger import GUARDED, wallet
from app.domain.licences import WalletAct
from app.domain.money import Money
from app.domain.msisdn import Msisdn
from app.domain.requests import CashDone, CashIn, CashLimitReached, Origin, Refusal, Refused
from app.services.agent_act import NotDone, as_agent, float_left
from app.services.cash_limits import customer_may_move
from app.services.check_pin import Door
from app.services.context import Context
from app.services.wallet_room import takes, wallet_room

CashTaken = CashDone | CashLimitReached | Refused
CashedIn = CashTaken | NotDone


def cash_in(ctx: Context, origin: Origin, request: CashIn, door: Door = Door.USSD) -> CashedIn:
    """Pay into the wallet of a registered number, once per (channel, session, step)."""
    return as_agent(
        ctx, origin, request.pin, request.amount,
        lambda agent: take_cash(ctx, origin, agent, request.customer, request.amount), door=door,
    )  # fmt: skip


def take_cash(
    ctx: Context, origin: Origin, agent: AgentRow, msisdn: Msisdn, amount: Money
) -> CashTaken:
    """What an agent does whose word is known to be good, once per (channel, session, step). Raises
    InsufficientFunds."""
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, agent.id)
        customer = subscribers.find_by_msisdn(tx, msisdn)
        band = _band(ctx, tx, agent, amount)
        if customer is None or customer.id == agent.id or customer.currency != agent.currency:
            return Refused(Refusal.NO_SUCH_CUSTOMER)
        if band is None:
            return Refused(Refusal.NO_CASH_HERE)
        cash.one_act_at_a_time(tx, customer.id)
        before = cash.cash_in_of_step(tx, origin.channel, origin.session, origin.step)
        if before is not None:
            return CashDone(*before)
        left = customer_may_move(ctx, tx, customer)
        if amount > left:
            return CashLimitReached(left)
        return _pay_in(ctx, tx, origin, agent, customer, amount, band)


def _band(ctx: Context, tx: Transaction, agent: AgentRow, amount: Money) -> Band | None:
    if not ctx.may(WalletAct.CASH_IN, agent.country):
        return None
    tariff = tariffs.in_force(tx, agent.country, WalletAct.CASH_IN, ctx.clock.now())
    return tariff.band(amount.amount_minor) if tariff else None


def _pay_in(
    ctx: Context, tx: Transaction, origin: Origin, agent: AgentRow, customer: SubscriberRow,
    amount: Money, band: Band,
) -> CashDone | Refused:  # fmt: skip
    now, reference = ctx.clock.now(), ctx.new_reference()
    again = cash.has_earned(tx, agent.id, customer.id, now - EARNS_AGAIN_AFTER)
    earned = Money(0 if again else band.agent_minor, amount.currency)
    earnings = () if again else earnings_of(agent, band)
    new = NewCashIn(
        reference, agent.id, customer.id, amount, earned, origin.channel, origin.session,
        origin.step, now, origin.by,
    )  # fmt: skip
    posted = recipes.cash_in(reference, agent.id, customer.id, amount, earnings)
    ledger.lock(tx, *(p.account for p in posted.postings if p.account.kind in GUARDED))
    if not takes(wallet_room(ctx, tx, customer), amount):
        return Refused(Refusal.CANNOT_RECEIVE)
    cash.add_cash_in(tx, new)
    ledger.post(tx, posted)
    said = {
        "amount_minor": amount.amount_minor, "currency": amount.currency, "agent": agent.name,
        "number": customer.msisdn, "earned_minor": earned.amount_minor, "reference": reference,
        "balance_minor": ledger.balance(tx, wallet(customer.id, amount.currency)).amount_minor,
        "float_minor": float_left(tx, agent, amount, reference, now).amount_minor,
    }  # fmt: skip
    for to, kind in ((customer, "cash_in"), (agent, "cash_in_done")):
        outbox.queue_sms(
            tx, to.msisdn, kind, to.language, said, dedupe_key=f"cashin:{reference}:{kind}"
        )
    return CashDone(reference, earned)


def earnings_of(agent: AgentRow, band: Band) -> tuple[recipes.Earning, ...]:
    """What the agent and the one above earn on an act."""
    own = recipes.Earning(agent.id, Money(band.agent_minor, agent.currency))
    if agent.parent_id is None:
        return (own,)
    above = recipes.Earning(agent.parent_id, Money(band.parent_minor, agent.currency))
    return (own, above)
