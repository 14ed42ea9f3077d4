"""Ask vendors whose a number is, and keep what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.db import number_operators, operator_lookups
from app.db.engine import Transaction
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import OPERATORS
from app.ports.operator_lookup import (
    LookupOutcome,
    LookupUnknown,
    OperatorFound,
    OperatorLookup,
    OperatorNotFound,
)
from app.services.context import Context

_HELD_FOR = timedelta(seconds=60)
_Heard = list[tuple[str, LookupOutcome]]


@dataclass(frozen=True, slots=True)
class LookUpContext:
    """`vendors` are asked in this order."""

    services: Context
    vendors: Sequence[OperatorLookup]


def look_up_operator(ctx: LookUpContext, lookup_id: int) -> None:
    """Ask one vendor after another until one knows. Where none can be heard the next wish asks
    again."""
    services = ctx.services
    with services.db.transaction() as tx:
        msisdn = operator_lookups.take_up(tx, lookup_id, services.clock.now(), _HELD_FOR)
    if msisdn is None:
        return
    heard = _ask(ctx, msisdn)
    now = services.clock.now()
    with services.db.transaction() as tx:
        for vendor, outcome in heard:
            _keep(tx, msisdn, vendor, outcome, now)
        said = any(not isinstance(outcome, LookupUnknown) for _, outcome in heard)
        operator_lookups.done(tx, lookup_id, now if said else None)


def _ask(ctx: LookUpContext, msisdn: Msisdn) -> _Heard:
    """What each vendor has said, up to the first that knows."""
    heard: _Heard = []
    for vendor in ctx.vendors:
        if country_of(msisdn) not in vendor.countries:
            continue
        heard.append((vendor.name, _believable(msisdn, vendor.operator_of(msisdn))))
        if isinstance(heard[-1][1], OperatorFound):
            break
    return heard


def _believable(msisdn: Msisdn, outcome: LookupOutcome) -> LookupOutcome:
    """An operator of another country than the number's is no answer."""
    if not isinstance(outcome, OperatorFound):
        return outcome
    operator = OPERATORS.get(outcome.operator)
    if operator is None or operator.country != country_of(msisdn):
        return LookupUnknown("operator_elsewhere")
    return outcome


def _keep(
    tx: Transaction, msisdn: Msisdn, vendor: str, outcome: LookupOutcome, now: datetime
) -> None:
    match outcome:
        case OperatorFound():
            number_operators.looked_up(tx, msisdn, outcome.operator, vendor, now)
        case OperatorNotFound():
            number_operators.forget(tx, msisdn, vendor)
        case LookupUnknown():
            pass
