"""Cursors of lists: where the next page begins, sealed, so that nobody reads or makes one."""

from app.domain.api_callers import ApiCaller
from app.domain.secret import Secret
from app.security.field_encryption import Place, Unreadable
from app.services.context import Context
from app.web.api.problems import Problem


def sealed(ctx: Context, who: ApiCaller, listing: str, last_id: int) -> str:
    """The cursor behind this row of the caller's list."""
    return ctx.fields.encrypt(Secret(str(last_id)), _place(who, listing))


def opened(ctx: Context, who: ApiCaller, listing: str, cursor: str | None) -> int | None:
    """The row behind which to go on; None at the beginning. Raises Problem."""
    if not cursor:
        return None
    try:
        return int(ctx.fields.decrypt(cursor, _place(who, listing)).value)
    except (Unreadable, ValueError):
        raise Problem("invalid_query", errors={"cursor": ["Not a cursor of this list."]}) from None


def _place(who: ApiCaller, listing: str) -> Place:
    return Place("api cursors", listing, who.name)
