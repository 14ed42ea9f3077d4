"""Staff let an agent and the agent's tellers sign in, give new passwords, and shut them out.

Whoever gives a password can't sign in with it: the first sign-in needs the SMS that goes to the
number, each later one the code app.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.db import agents
from app.db.agents import AgentRow
from app.db.web_accounts import AccountRow, people_of
from app.domain.msisdn import Msisdn
from app.domain.secret import Secret
from app.security import passwords
from app.services.agent_logins import close_login, open_login
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.reason import reason_of
from app.services.staff_refused import StaffRefused


@dataclass(frozen=True, slots=True)
class Logins:
    """An agent and everybody who signs in for them, the agent first."""

    agent: AgentRow
    people: Sequence[AccountRow]

    @property
    def without(self) -> bool:
        """Has the agent no sign-in of their own?"""
        return all(one.name != self.agent.msisdn for one in self.people)


def logins_page(ctx: Context, number: str) -> Logins | None:
    """None when there is no such agent."""
    with ctx.db.statement() as tx:
        agent = agents.of_number(tx, number)
        return None if agent is None else Logins(agent, people_of(tx, agent.id))


def give_login(
    ctx: Context, person: Person, of: Logins, who: str, reason: str
) -> tuple[Msisdn, Secret]:
    """A new password for the account with this id (empty: the agent), which opens it again and ends
    its sessions. Raises StaffRefused."""
    if not of.agent.active:
        raise StaffRefused("this agent is closed")
    whose, made = _whose(of, who), passwords.made_up()
    teller = None if whose == of.agent.msisdn else whose
    open_login(ctx, of.agent.msisdn, made, person.name, teller, reason=reason_of(reason))
    return whose, made


def shut_login(ctx: Context, person: Person, of: Logins, who: str, reason: str) -> Msisdn:
    """No sign-in any more. Raises StaffRefused."""
    whose = _whose(of, who)
    if not close_login(ctx, of.agent.id, whose, person.name, reason_of(reason)):
        raise StaffRefused("this sign-in is closed already")
    return whose


def _whose(of: Logins, who: str) -> Msisdn:
    if not who:
        return of.agent.msisdn
    found = [one.name for one in of.people if str(one.id) == who]
    if not found:
        raise StaffRefused("nobody signs in so for this agent")
    return Msisdn(found[0])
