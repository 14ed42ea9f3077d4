"""What an agent does for a customer who stands there: register the number, start a new PIN.

Nobody at the counter ever chooses or sees a PIN: a start PIN goes to the handset by SMS, and must
be changed there at the first dial.
"""

import secrets
from datetime import timedelta
from enum import StrEnum

from app.db import audit_counts, outbox
from app.db.subscribers import NewSubscriber
from app.domain.code_guard import PREFIX
from app.domain.door_limits import COUNTER_ENROLMENTS, ENROLMENTS
from app.domain.msisdn import Msisdn, country_of
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.secret import Secret
from app.security.audit import Entry, append
from app.services.backoffice.counter import agent_of
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.cure_pin import NoSuchSubscriber, SimSwapped, SimUnchecked, reset_pin
from app.services.door_limits import refused_until
from app.services.enrol import register

ENROLMENTS_A_DAY = 200
PIN_RESETS_A_DAY = 10
"""One person's, in 24 hours. A new PIN locks whoever knew the old one out, so they are few."""
_DAY = timedelta(days=1)


class Enrolled(StrEnum):
    """How an enrolment ended."""

    DONE = "done"
    BEFORE = "before"
    ELSEWHERE = "elsewhere"
    TOO_MANY = "too_many"


class Reset(StrEnum):
    """How starting a new PIN ended."""

    STARTED = "started"
    NOT_REGISTERED = "not_registered"
    SIM_SWAPPED = "sim_swapped"
    SIM_UNCHECKED = "sim_unchecked"
    TOO_MANY = "too_many"
    OWN = "own"


def enrol_customer(ctx: Context, person: Person, msisdn: Msisdn, language: str) -> Enrolled:
    """Register the number; the start PIN goes to its handset. Safe to do again."""
    country, now = country_of(msisdn), ctx.clock.now()
    currency = COUNTRY_CURRENCY.get(country)
    if currency is None or country != country_of(agent_of(person)[1]):
        return Enrolled.ELSEWHERE
    nobody_knows = ctx.hasher.hash(Secret(secrets.token_hex(16)), msisdn)
    new = NewSubscriber(
        msisdn, language, country, currency, nobody_knows.hash, nobody_knows.pepper_id, now
    )
    with ctx.db.transaction() as tx:
        if _done_today(ctx, person, "subscriber.enrol") >= ENROLMENTS_A_DAY:
            return Enrolled.TOO_MANY
        limits = (COUNTER_ENROLMENTS, str(agent_of(person)[0])), (ENROLMENTS, msisdn[:PREFIX])
        if refused_until(ctx, *limits) is not None:
            return Enrolled.TOO_MANY
        registered = register(ctx, tx, new)
        if registered is None:
            return Enrolled.BEFORE
        outbox.queue_sms(
            tx, msisdn, "start_pin", language, {}, dedupe_key=f"start_pin:{registered.id}:enrolled"
        )
        detail = {"agent": agent_of(person)[1], "language": language}
        append(tx, Entry(now, person.name, "subscriber.enrol", msisdn, detail))
    ctx.nudge()
    return Enrolled.DONE


def start_pin_reset(ctx: Context, person: Person, msisdn: Msisdn, reason: str) -> Reset:
    """Send a start PIN to the customer's own handset, unless the SIM was changed lately."""
    if msisdn in {person.agent_msisdn, person.name}:
        return Reset.OWN
    if _done_today(ctx, person, "subscriber.reset_pin") >= PIN_RESETS_A_DAY:
        return Reset.TOO_MANY
    try:
        reset_pin(ctx, msisdn, person.name, f"{reason} (agent {agent_of(person)[1]})")
    except NoSuchSubscriber:
        return Reset.NOT_REGISTERED
    except SimSwapped:
        return Reset.SIM_SWAPPED
    except SimUnchecked:
        return Reset.SIM_UNCHECKED
    return Reset.STARTED


def _done_today(ctx: Context, person: Person, act: str) -> int:
    with ctx.db.statement() as tx:
        return audit_counts.times_done(tx, person.name, act, ctx.clock.now() - _DAY)
