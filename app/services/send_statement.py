"""A statement by SMS: more movements than a screen shows, in two messages."""

from app.db import ledger, outbox, subscribers
from app.db.engine import Transaction
from app.db.ledger import MovementRow
from app.db.subscribers import SubscriberRow
from app.domain.days import day_of
from app.domain.ledger import wallet
from app.domain.requests import Done, Origin, Refusal, Refused, SendStatement
from app.services.context import Context
from menus.texts.case_messages import STATEMENT_LINES
from menus.texts.movements import reference_of

_MESSAGES = 2


def send_statement(ctx: Context, origin: Origin, _: SendStatement) -> Done | Refused:
    """Queue it, once per (channel, session, step). A hidden balance stays out of it."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        account = wallet(subscriber.id, subscriber.currency)
        found = ledger.movements(tx, account, _MESSAGES * STATEMENT_LINES)
        pages = [found[n : n + STATEMENT_LINES] for n in range(0, len(found), STATEMENT_LINES)]
        for number, page in enumerate(pages or [[]]):
            _queue(tx, origin, subscriber, number, page)
    ctx.nudge()
    return Done()


def _queue(
    tx: Transaction, origin: Origin, to: SubscriberRow, number: int, page: list[MovementRow]
) -> None:
    params: dict[str, object] = {
        "currency": to.currency,
        "movements": [
            [
                day_of(row.at, to.country).strftime("%d/%m"), row.kind, row.amount.amount_minor,
                reference_of(row.reference),
            ]
            for row in page
        ],
    }  # fmt: skip
    if number == 0 and not to.balance_hidden:
        balance = ledger.balance(tx, wallet(to.id, to.currency))
        params["balance_minor"] = balance.amount_minor
    outbox.queue_sms(
        tx, to.msisdn, "statement", to.language, params,
        dedupe_key=f"statement:{origin.channel}:{origin.session}:{origin.step}:{number}",
    )  # fmt: skip
