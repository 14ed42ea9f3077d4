"""An agent approves in person what is too much for the PIN alone.

The customer's screen shows a code; the agent types number and code, sees what it is about, and
approves it with the own PIN. The approval is a proof, whatever session the customer dials next.
"""

import hmac
from datetime import timedelta

from app.db import agents, outbox, pins, proofs, purchase_approvals, subscribers
from app.db.agents import AgentRow
from app.db.engine import Transaction
from app.db.purchase_approvals import ApprovalRow
from app.domain.money import Money
from app.domain.msisdn import country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    ApprovalAsked,
    ApprovalFound,
    ApprovePurchase,
    AskApproval,
    CodeWrong,
    FindApproval,
    Origin,
    PurchaseApproved,
    Refusal,
    Refused,
)
from app.domain.second_factor import (
    APPROVAL_LASTS,
    APPROVAL_TRIES,
    REQUEST_LASTS,
    WRONG_APPROVALS_AN_HOUR,
    FactorKind,
)
from app.security.audit import Entry, append
from app.services.agent_act import NotDone, as_agent
from app.services.context import Context
from app.services.second_factor import wants_proof

_HOUR = timedelta(hours=1)


def ask_approval(ctx: Context, origin: Origin, request: AskApproval) -> ApprovalAsked | Refused:
    """A code for the agent, once per (channel, session, step); an older wish is void."""
    now = ctx.clock.now()
    step = (origin.channel, origin.session, origin.step)
    with ctx.db.transaction() as tx:
        subscriber = subscribers.find_by_msisdn(tx, origin.msisdn)
        if subscriber is None:
            return Refused(Refusal.NOT_REGISTERED)
        if subscriber.blocked:
            return Refused(Refusal.BLOCKED)
        if not wants_proof(ctx, subscriber.country, request.subject):
            return Refused(Refusal.NOTHING_OPEN)
        purchase_approvals.ask(
            tx, ctx.new_reference(), subscriber.id, request.subject, origin, now,
            now + REQUEST_LASTS,
        )  # fmt: skip
        asked = purchase_approvals.of_step(tx, *step)
    return ApprovalAsked(ctx.factors.approvals.code(*step), asked.expires_at)


def find_approval(
    ctx: Context, origin: Origin, request: FindApproval
) -> ApprovalFound | CodeWrong | Refused:
    """What the customer with this number and code wants; each (channel, session, step) is one
    try."""
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        agent = agents.find_by_msisdn(tx, origin.msisdn)
        if agent is None or not agent.active:
            return Refused(Refusal.NOT_AN_AGENT)
        if not purchase_approvals.begin_try(tx, agent.id, origin, now):
            before = purchase_approvals.found_by_try(tx, agent.id, origin)
            return _shown(before) if before else CodeWrong()
        if purchase_approvals.wrong_tries(tx, agent.id, now - _HOUR) > WRONG_APPROVALS_AN_HOUR:
            return Refused(Refusal.TOO_MANY_WRONG)
        wish = purchase_approvals.lock_open(tx, request.customer, now)
        if wish is None:
            return CodeWrong()
        if not _fits(ctx, wish, agent, request):
            purchase_approvals.count_wrong(tx, wish.id, APPROVAL_TRIES)
            return CodeWrong()
        purchase_approvals.found(tx, wish.id, agent.id)
        purchase_approvals.try_found(tx, origin, wish.id)
    return _shown(wish)


def approve_purchase(
    ctx: Context, origin: Origin, request: ApprovePurchase
) -> PurchaseApproved | CodeWrong | NotDone:
    """Approve what this agent has found; once, however often it is said."""
    nothing = Money(0, COUNTRY_CURRENCY.get(country_of(origin.msisdn), ""))
    return as_agent(
        ctx, origin, request.pin, nothing, lambda agent: _approve(ctx, origin, agent, request)
    )


def _approve(
    ctx: Context, origin: Origin, agent: AgentRow, request: ApprovePurchase
) -> PurchaseApproved | CodeWrong:
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        pins.clear_attempt(tx, origin, agent.id)
        wish = purchase_approvals.lock(tx, request.reference)
        if wish is None or wish.agent_id != agent.id:
            return CodeWrong()
        until = now + APPROVAL_LASTS
        if purchase_approvals.approve(tx, wish.id, agent.id, now):
            _record(ctx, tx, agent, wish)
        elif wish.state != "approved":
            return CodeWrong()
    return PurchaseApproved(until)


def _record(ctx: Context, tx: Transaction, agent: AgentRow, wish: ApprovalRow) -> None:
    now, subject = ctx.clock.now(), wish.subject
    until = now + APPROVAL_LASTS
    proofs.add(tx, wish.customer_id, FactorKind.AGENT, subject, None, now, until)
    detail = {
        "act": str(subject.act), "amount": str(subject.amount), "recipient": subject.recipient,
        "reference": wish.reference,
    }  # fmt: skip
    append(tx, Entry(now, f"agent:{agent.number}", "purchase.approve", wish.customer, detail))
    outbox.queue_sms(
        tx, wish.customer, "purchase_approved", wish.language,
        {
            "agent": agent.name, "amount_minor": subject.amount.amount_minor,
            "currency": subject.amount.currency, "code": ctx.short_code,
            "until": until.isoformat(), "country": wish.country,
        },
        dedupe_key=f"purchase_approved:{wish.reference}",
    )  # fmt: skip


def _fits(ctx: Context, wish: ApprovalRow, agent: AgentRow, request: FindApproval) -> bool:
    """The code is right, and the agent gets nothing out of it."""
    code = ctx.factors.approvals.code(wish.channel, wish.session, wish.step)
    return (
        hmac.compare_digest(code.value.encode(), request.code.value.encode())
        and wish.customer_id != agent.id
        and wish.subject.recipient != agent.msisdn
    )


def _shown(wish: ApprovalRow) -> ApprovalFound:
    return ApprovalFound(wish.reference, wish.customer, wish.subject)
