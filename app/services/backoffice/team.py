"""Who works for an agent: agents below, and tellers with a sign-in of their own."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from app.db import agents, ledger, subscribers
from app.db.agents import AgentRow
from app.db.web_accounts import AccountRow
from app.domain.agent_postings import agent_float
from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of
from app.domain.references import reference
from app.domain.roles import Role
from app.domain.secret import Secret
from app.services.agent_logins import close_teller, logins_of, open_login
from app.services.backoffice.counter import agent_of, currency_of
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.run_agents import add_agent
from app.services.staff_refused import StaffRefused

PAGE = 50
MOST_TELLERS = 50


@dataclass(frozen=True, slots=True)
class Below:
    """An agent right below, with what is in the float."""

    agent: AgentRow
    float_: Money


class Opened(StrEnum):
    """How opening an agent below ended."""

    DONE = "done"
    NOT_REGISTERED = "not_registered"
    AGENT_BEFORE = "agent_before"
    ELSEWHERE = "elsewhere"


def below(ctx: Context, person: Person, after: str = "") -> list[Below]:
    """By number, those after `after`: a page, and one more if there are others."""
    with ctx.db.statement() as tx:
        rows = agents.children(tx, agent_of(person)[0], after, PAGE + 1)
        return [Below(row, ledger.balance(tx, agent_float(row.id, row.currency))) for row in rows]


def open_below(ctx: Context, person: Person, msisdn: Msisdn, name: str, low_float: Money) -> Opened:
    """Make a registered subscriber an agent below this one. Whoever is an agent already, or was
    one, stays where they are: only staff move agents."""
    _, own = agent_of(person)
    if country_of(msisdn) != country_of(own) or low_float.currency != currency_of(person):
        return Opened.ELSEWHERE
    with ctx.db.statement() as tx:
        subscriber = subscribers.find_by_msisdn(tx, msisdn)
        if subscriber is None:
            return Opened.NOT_REGISTERED
        if agents.find(tx, subscriber.id) is not None:
            return Opened.AGENT_BEFORE
    add_agent(ctx, msisdn, name, own, low_float.amount_minor, person.name)
    return Opened.DONE


def tellers(ctx: Context, person: Person) -> list[AccountRow]:
    """Whoever signs in for this agent besides the agent, closed or not."""
    rows = logins_of(ctx, agent_of(person)[0])
    return [row for row in rows if row.role == Role.AGENT_TELLER]


def open_teller(ctx: Context, person: Person, msisdn: Msisdn) -> Secret:
    """Let somebody sign in for this agent, or give them a new password; it is shown once, and the
    first sign-in also needs the SMS that goes to their number. Raises StaffRefused."""
    known = {row.name for row in tellers(ctx, person) if row.active}
    if msisdn not in known and len(known) >= MOST_TELLERS:
        raise StaffRefused(f"an agent has at most {MOST_TELLERS} tellers")
    if msisdn == agent_of(person)[1]:
        raise StaffRefused("that is the agent's own number")
    password = Secret("-".join(reference(secrets.choice) for _ in range(3)))
    open_login(ctx, agent_of(person)[1], password, person.name, msisdn)
    return password


def close(ctx: Context, person: Person, msisdn: Msisdn) -> bool:
    """No sign-in any more; False when this agent has no such teller."""
    return close_teller(ctx, agent_of(person)[0], msisdn, person.name)
