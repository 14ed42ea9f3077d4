"""What is on sale, for apps and partners."""

from app.db import catalogue
from app.domain.catalogue import Plan, Term, term_of
from app.domain.operators import OPERATORS
from app.services.context import Context


def plans(ctx: Context, operator: str | None, validity: Term | None) -> list[Plan]:
    """Data plans on sale now, at the prices of the menus: of one operator or all, of one term or
    all."""
    with ctx.db.statement() as tx:
        found = catalogue.plans_of(
            tx, [operator] if operator else OPERATORS, ctx.selling.providers, ctx.clock.now(),
            samples=ctx.selling.samples,
        )  # fmt: skip
    return [one for one in found if validity is None or term_of(one.validity_days) is validity]
