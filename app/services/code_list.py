"""A printed list of codes: made by staff or in an agent's shop, handed over in person."""

from app.db import factors, outbox, subscribers
from app.domain.msisdn import Msisdn, masked
from app.domain.second_factor import CODES_ON_A_LIST
from app.domain.secret import Secret
from app.security.audit import Entry, append
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber

_COLUMNS = 5


def make_list(ctx: Context, msisdn: Msisdn, actor: str, reason: str) -> list[Secret]:
    """New codes, in the order of their positions; they exist nowhere else, and the list before is
    void. Raises NoSuchSubscriber."""
    now = ctx.clock.now()
    codes = [Secret("".join(ctx.random_digit() for _ in range(6))) for _ in range(CODES_ON_A_LIST)]
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            raise NoSuchSubscriber(msisdn)
        list_id = factors.replace_list(tx, subscriber.id, actor, now)
        factors.add_codes(
            tx, list_id,
            [ctx.factors.digest(list_id, n, code) for n, code in enumerate(codes, start=1)],
        )  # fmt: skip
        detail = {"list": str(list_id), "reason": reason}
        append(tx, Entry(now, actor, "subscriber.codes", msisdn, detail))
        outbox.queue_sms(
            tx, msisdn, "code_list_made", subscriber.language, {},
            dedupe_key=f"code_list_made:{list_id}",
        )  # fmt: skip
    ctx.nudge()
    return codes


def sheet(codes: list[Secret], msisdn: Msisdn) -> str:
    """The list as it is printed: numbered, in columns, to be read from top to bottom."""
    rows = len(codes) // _COLUMNS
    lines = [
        "    ".join(
            f"{n + 1:02d} {codes[n].value[:3]} {codes[n].value[3:]}"
            for n in range(row, len(codes), rows)
        )
        for row in range(rows)
    ]
    head = f"Codes for {masked(msisdn)}. Keep this sheet away from your phone."
    foot = "Each code works once, only when its number is asked for. Nobody may ask you for one."
    return "\n".join((head, "", *lines, "", foot, ""))
