"""Ask the network when a SIM was changed last, and hear its answer.

The answer comes later, by a callback that nobody signs: it counts for a request of ours only, the
first one, and can never undo a change that is known.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.db import sim_swaps, subscribers
from app.db.engine import Transaction
from app.domain.days import zone_of
from app.domain.msisdn import Msisdn, country_of
from app.domain.sim_swap import SimState
from app.ports.sim_swap import Answered, Asked, SimSwapProvider, SwapCallback, SwapUnknown
from app.services.context import Context
from app.services.sim_swap import state_of


@dataclass(frozen=True, slots=True)
class SimSwapContext:
    """`provider` is None where nobody can be asked."""

    services: Context
    provider: SimSwapProvider | None


def check_sim(ctx: SimSwapContext, subscriber_id: int) -> None:
    """Ask the network, unless a fresh answer is there. An answer that doesn't come is asked for
    again by the next act that needs it."""
    services, provider = ctx.services, ctx.provider
    with services.db.transaction() as tx:
        subscriber = subscribers.find_by_id(tx, subscriber_id)
        known = subscriber and state_of(services, tx, subscriber.msisdn) is not SimState.UNKNOWN
    if subscriber is None or provider is None or known:
        return
    outcome, now = provider.ask(subscriber.msisdn), services.clock.now()
    with services.db.transaction() as tx:
        match outcome:
            case Asked():
                sim_swaps.asked(tx, provider.name, outcome.request_id, subscriber.msisdn, now)
            case Answered():
                _keep(tx, subscriber.msisdn, outcome, provider.name, now)
            case SwapUnknown():
                pass


def hear_swap(ctx: Context, provider: str, callback: SwapCallback) -> bool:
    """The first answer to a request of ours; False for any other."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        msisdn = sim_swaps.take_request(tx, provider, callback.request_id, now)
        if msisdn is not None and isinstance(callback.answer, Answered):
            _keep(tx, msisdn, callback.answer, provider, now)
    return msisdn is not None


def _keep(tx: Transaction, msisdn: Msisdn, answer: Answered, source: str, now: datetime) -> None:
    swapped_at = _latest(answer.last_swap, msisdn, now) if answer.last_swap else None
    sim_swaps.answered(tx, msisdn, swapped_at, source, answered_at=now)


def _latest(day: date, msisdn: Msisdn, now: datetime) -> datetime:
    """The end of the day that was told, where the subscriber lives, but not after now."""
    ends = datetime(day.year, day.month, day.day, tzinfo=zone_of(country_of(msisdn)))
    return min(ends + timedelta(days=1), now)
