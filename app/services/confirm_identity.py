"""Take an identity number, from its owner or at an agent's, and have a job look it up.

Whatever the number is, the answer is the same, so that a screen tells nobody which numbers we know.
"""

from datetime import timedelta

from app.db import agents, identity, outbox, pins, subscribers
from app.db.engine import Transaction
from app.db.identity import NewCheck
from app.db.subscribers import SubscriberRow
from app.domain.documents import DOCUMENTS, Document, is_number
from app.domain.money import Money
from app.domain.requests import (
    ConfirmCustomer,
    ConfirmIdentity,
    GetLimits,
    IdentityAsked,
    MyLimits,
    Origin,
    Refusal,
    Refused,
    TooFast,
)
from app.domain.secret import Secret
from app.domain.velocity import Counted
from app.security.field_encryption import Place
from app.services.context import Context
from app.services.limits import limits_of, too_fast

_SWEPT_AFTER = timedelta(seconds=10)
Asked = IdentityAsked | TooFast | Refused


def get_limits(ctx: Context, origin: Origin, _: GetLimits) -> MyLimits | Refused:
    """What the tier allows, and what would raise it."""
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        known = identity.confirmed(tx, subscriber.id)
    limits = limits_of(ctx, subscriber)
    taken = DOCUMENTS.get(subscriber.country, ()) if ctx.identity_checked else ()
    day, balance = (
        None if minor is None else Money(minor, subscriber.currency)
        for minor in (limits.day_minor, limits.balance_minor)
    )
    return MyLimits(day, balance, tuple(document for document in taken if document not in known))


def confirm_identity(ctx: Context, origin: Origin, request: ConfirmIdentity) -> Asked:
    """One's own number, once per (channel, session, step)."""
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        asked = _ask(ctx, tx, origin, subscriber, request.document, request.number, None)
    ctx.nudge()
    return asked


def confirm_customer(ctx: Context, origin: Origin, request: ConfirmCustomer) -> Asked:
    """A customer's number: the agent says to have seen the person and the document, which is why
    the PIN was checked before."""
    with ctx.db.transaction() as tx:
        agent = agents.find_by_msisdn(tx, origin.msisdn)
        if agent is None or not agent.active:
            return Refused(Refusal.NOT_AN_AGENT)
        checked = pins.pending(tx, origin)
        if checked is None or checked.purpose != "change":
            return Refused(Refusal.PIN_NOT_CHECKED)
        customer = subscribers.find_by_msisdn(tx, request.customer)
        if customer is None or customer.id == agent.id:
            return Refused(Refusal.NO_SUCH_CUSTOMER)
        asked = _ask(ctx, tx, origin, customer, request.document, request.number, agent.id)
    ctx.nudge()
    return asked


def number_place(check_id: int) -> Place:
    """Where a number is stored."""
    return Place("identity_checks", "number_ciphertext", check_id)


def _ask(
    ctx: Context, tx: Transaction, origin: Origin, owner: SubscriberRow, document: Document,
    number: Secret, agent_id: int | None,
) -> Asked:  # fmt: skip
    identity.one_number_at_a_time(tx, owner.id)
    if identity.asked_in_step(tx, origin):
        return IdentityAsked()
    taken = document in DOCUMENTS.get(owner.country, ()) and is_number(number.value)
    if not (ctx.identity_checked and taken):
        return Refused(Refusal.NO_DOCUMENT_HERE)
    if document in identity.confirmed(tx, owner.id):
        return Refused(Refusal.CONFIRMED_BEFORE)
    hurry = too_fast(ctx, tx, owner, Counted.IDENTITY_NUMBERS)
    if hurry is not None:
        return hurry
    now, check_id = ctx.clock.now(), identity.new_id(tx)
    identity.replace_open(tx, owner.id, document, now)
    new = NewCheck(
        check_id, owner.id, agent_id, document, ctx.fields.encrypt(number, number_place(check_id)),
        ctx.fields.indexes(document, number)[0], origin, now, now + _SWEPT_AFTER,
    )  # fmt: skip
    identity.add(tx, new)
    outbox.put(tx, outbox.IDENTITY, check_id)
    return IdentityAsked()
