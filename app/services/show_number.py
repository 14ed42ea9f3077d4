"""What staff see of a number's operator, and the operator they may set by hand."""

from dataclasses import dataclass
from datetime import datetime

from app.db import number_operators, operator_lookups
from app.db.number_operators import KnownRow
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import OPERATORS, Operator, best_known, operator_of_prefix, operators_in
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.staff_refused import StaffRefused


@dataclass(frozen=True, slots=True)
class NumberCard:
    """`known` is what each source says, the best first; `asked_at` is when a vendor last said
    anything of the number; None where nothing is known."""

    msisdn: Msisdn
    country: str
    best: Operator | None
    prefix: Operator | None
    known: tuple[KnownRow, ...]
    asked_at: datetime | None


def show_number(ctx: Context, msisdn: Msisdn) -> NumberCard:
    """Registered or not. Nobody is asked anything."""
    with ctx.db.statement() as tx:
        known = tuple(number_operators.everything_of(tx, msisdn))
        asked_at = operator_lookups.answered_at(tx, msisdn)
    return NumberCard(
        msisdn, country_of(msisdn), best_known(msisdn, known[0].operator if known else None),
        operator_of_prefix(msisdn), known, asked_at,
    )  # fmt: skip


def set_operator(ctx: Context, msisdn: Msisdn, code: str, actor: str, reason: str) -> Operator:
    """Staff know whose it is: the best known until something newer is learned. Raises StaffRefused
    for an operator that isn't one of the number's country."""
    country = country_of(msisdn)
    operator = OPERATORS.get(code)
    if operator is None or operator.country != country:
        offered = ", ".join(one.code for one in operators_in(country))
        raise StaffRefused(
            f"{msisdn} can be with {offered}"
            if offered
            else f"we sell for no operator of {country}"
        )
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        append(
            tx, Entry(now, actor, "number.operator", msisdn, {"operator": code, "reason": reason})
        )
        number_operators.correct(tx, msisdn, code, number_operators.STAFF, now)
    return operator
