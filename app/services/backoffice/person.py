"""Whoever is signed in to the back-office."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.msisdn import Msisdn
from app.domain.roles import Right, Role, may

Kind = Literal["staff", "agent"]


@dataclass(frozen=True, slots=True)
class Person:
    """`id` is the row's of staff or of agent_users; `name` the e-mail or the MSISDN under which
    acts are recorded; `session` the session's id; `zone` an IANA name in which times are shown;
    `agent_id` the agent (a subscriber's id) whose float this person works with;
    `must_change_password`: no page but one's own account opens before."""

    kind: Kind
    id: int
    name: str
    role: Role
    session: str
    zone: str
    agent_id: int | None = None
    agent_msisdn: Msisdn | None = None
    stepped_up_at: datetime | None = None
    must_change_password: bool = False

    def may(self, right: Right) -> bool:
        return may(self.role, right)
