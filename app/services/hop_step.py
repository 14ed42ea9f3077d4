"""Where in its session a hop stands, for gateways that tell the whole history and for the others.

A gateway that sends only the newest input and neither counts nor names its hops can't be told from
one that sends it twice in a row. What that does is harmless: a repeated "1" presses a key, and
money takes a PIN, which ends the session.
"""

from dataclasses import replace

from app.ports.channels import Newest, UssdHop
from app.sessions.store import Record

TAKEN_UP = 1_000
"""The first step of a session whose record was lost, where nobody counts: none of those before."""


def in_its_session(hop: UssdHop, record: Record | None) -> UssdHop:
    """The hop as it is meant: a code that was dialled, or typed as an answer (an amount, a PIN) in
    a session that is under way. `record` is the session so far."""
    newest = hop.newest
    if newest is None or newest.typed is None or record is None or not record.inputs:
        return hop
    return replace(hop, inputs=(newest.typed,), newest=Newest(first=False))


def begins(hop: UssdHop) -> bool:
    """Does its gateway say that the session begins with this hop?"""
    return hop.newest.first if hop.newest else not hop.inputs


def step_of(hop: UssdHop, record: Record | None, digest: str) -> int:
    """How many steps of its session were before this one. `record` is the session so far; with a
    message id of its own, a hop of its latest `digest` is a copy of the latest."""
    newest = hop.newest
    if newest is None:
        return len(hop.inputs)
    if newest.number is not None:
        return newest.number - 1
    if newest.first:
        return 0
    if record is None:
        return TAKEN_UP
    return record.inputs if hop.message and digest == record.digest else record.inputs + 1


def begins_anew(hop: UssdHop, record: Record, digest: str) -> bool:
    """Is this the beginning of another session that has the id of one we know? A copy of the known
    one's beginning isn't: told by its message's id, or else as long as nothing followed it.
    `digest` is of the hop's inputs."""
    newest = hop.newest
    if newest is None or not (newest.first and newest.ids_return):
        return False
    if hop.message:
        return record.name != hop.message
    return record.close or record.inputs > 0 or record.digest != digest


def session_name(hop: UssdHop, record: Record | None, digest: str, now: float) -> str:
    """What the hop's session is called where hops and money are kept for ever: never what another
    was called. `record` is the session so far; without one, or where another begins, this one is
    opened `now` (Unix seconds) and called by the message that does it, or by the time."""
    if record is not None and not begins_anew(hop, record, digest):
        return record.name or hop.session
    if hop.newest is None or not hop.newest.ids_return:
        return hop.session
    return hop.message or f"{hop.session}@{now * 1000:.0f}"


def dialled_through(hop: UssdHop) -> tuple[str, ...]:
    """What an unknown session may be walked with: not a key pressed on a screen that is lost."""
    return hop.inputs if hop.newest is None or hop.newest.first else ()
