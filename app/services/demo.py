"""Demo mode's people and money. None of it can run in live mode."""

from app.db import agents, ledger, rates, subscribers
from app.domain.agent_postings import agent_float, commission
from app.domain.ledger import fund, wallet
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.rates import sample_rates
from app.domain.secret import Secret
from app.services.agent_logins import add_demo_login
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber
from app.services.run_staff import add_demo_staff

SUBSCRIBER = Msisdn("+2348030000001")
AGENT = Msisdn("+2348030000002")
PIN = Secret("7392")
WALLET = Money(5_000_00, "NGN")
AGENT_FLOAT = Money(50_000_00, "NGN")


class NotInLiveMode(Exception):
    """Demo money and demo people exist in demo mode only."""


def load_demo(ctx: Context, staff_password: str = "") -> None:
    """The demo subscriber with a wallet, the demo agent with a float, sample rates, and with a
    password the demo staff and the agent's way into the back-office; safe to run again."""
    _only_in_demo(ctx)
    if staff_password:
        add_demo_staff(ctx, Secret(staff_password))
    for msisdn in (SUBSCRIBER, AGENT):
        _register(ctx, msisdn)
    with ctx.db.transaction() as tx:
        rates.add_samples(tx, list(sample_rates()), ctx.clock.now())
        buyer = subscribers.find_by_msisdn(tx, SUBSCRIBER)
        agent = subscribers.find_by_msisdn(tx, AGENT)
        if buyer is None or agent is None:
            raise NoSuchSubscriber(SUBSCRIBER)
        ledger.post(tx, fund("demo:subscriber", wallet(buyer.id, "NGN"), WALLET))
        low = Money(5_000_00, "NGN")
        agents.add(tx, agent.id, "Demo agent", None, low, ctx.clock.now())
        for account in (agent_float, commission):
            ledger.open_account(tx, account(agent.id, "NGN"))
        ledger.post(tx, fund("demo:agent", agent_float(agent.id, "NGN"), AGENT_FLOAT))
    if staff_password:
        add_demo_login(ctx, AGENT, Secret(staff_password))


def fund_wallet(ctx: Context, msisdn: Msisdn, amount_minor: int) -> Money:
    """Put demo money into a subscriber's wallet and lift the limits from it; the new balance.

    Raises NoSuchSubscriber, NotInLiveMode, ValueError for an amount that isn't positive.
    """
    _only_in_demo(ctx)
    if amount_minor <= 0:
        raise ValueError("the amount must be above zero, in minor units")
    with ctx.db.transaction() as tx:
        found = subscribers.find_by_msisdn(tx, msisdn)
        if found is None:
            raise NoSuchSubscriber(msisdn)
        account = wallet(found.id, found.currency)
        reference = f"demo:{ctx.new_reference()}:{ctx.clock.now().isoformat()}"
        ledger.post(tx, fund(reference, account, Money(amount_minor, found.currency)))
        subscribers.exempt_from_limits(tx, found.id)
        return ledger.balance(tx, account)


def _register(ctx: Context, msisdn: Msisdn) -> None:
    with ctx.db.transaction() as tx:
        if subscribers.find_by_msisdn(tx, msisdn):
            return
    pin = ctx.hasher.hash(PIN, msisdn)
    country = country_of(msisdn)
    currency = COUNTRY_CURRENCY[country]
    with ctx.db.transaction() as tx:
        new = subscribers.NewSubscriber(
            msisdn, "en", country, currency, pin.hash, pin.pepper_id, ctx.clock.now(), demo=True
        )
        subscriber_id = subscribers.register(tx, new)
        if subscriber_id is not None:
            ledger.open_account(tx, wallet(subscriber_id, currency))


def _only_in_demo(ctx: Context) -> None:
    if not ctx.demo:
        raise NotInLiveMode
