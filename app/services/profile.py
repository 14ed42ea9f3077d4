"""Who is dialling, and the two things a subscriber may set about it."""

from app.db import subscribers
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    Done,
    Origin,
    Profile,
    SetBalanceHidden,
    SetLanguage,
    WhoIs,
)
from app.services.context import Context


def who_is(ctx: Context, origin: Origin, _: WhoIs) -> Profile:
    """The dialling number's profile, registered or not."""
    with ctx.db.statement() as tx:
        row = subscribers.find_by_msisdn(tx, origin.msisdn)
    if row is None:
        country = country_of(origin.msisdn)
        return Profile(
            registered=False, country=country, currency=COUNTRY_CURRENCY.get(country, "")
        )
    return Profile(
        registered=True, language=row.language, currency=row.currency, country=row.country,
        balance_hidden=row.balance_hidden, must_change_pin=row.must_change_pin,
        blocked=row.blocked, is_agent=row.is_agent,
    )  # fmt: skip


def set_language(ctx: Context, origin: Origin, request: SetLanguage) -> Done:
    with ctx.db.statement() as tx:
        subscribers.set_language(tx, origin.msisdn, request.language)
    return Done()


def set_balance_hidden(ctx: Context, origin: Origin, request: SetBalanceHidden) -> Done:
    with ctx.db.statement() as tx:
        subscribers.set_balance_hidden(tx, origin.msisdn, hidden=request.hidden)
    return Done()
