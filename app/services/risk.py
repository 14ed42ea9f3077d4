"""Judge an act by the rules of risk, from what is known in the database."""

from app.db import risk
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.risk import NOTHING, Case, Score, is_looked_at, score
from app.domain.second_factor import Subject
from app.services.context import Context


def judge(
    ctx: Context, subscriber: SubscriberRow, subject: Subject, *, crowded: bool = False
) -> Score:
    """One statement, and none for small amounts, unless many wallets buy for the recipient
    (`crowded`), or for whoever is exempt from limits."""
    if subscriber.limits_exempt or not (crowded or is_looked_at(subject.amount)):
        return NOTHING
    now = ctx.clock.now()
    with ctx.db.statement() as tx:
        facts, settings = risk.facts(
            tx, subscriber.id, subject.recipient, day_of(now, subscriber.country)
        )
    to_self = subject.recipient in {"", subscriber.msisdn}
    case = Case(subject.act, subject.amount, facts, now, subscriber.country, to_self)
    return score(case, settings)
