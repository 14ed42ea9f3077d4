"""Where in its session a hop stands, for gateways that tell the whole history and for the others.

A gateway that sends only the newest input and neither counts nor names its hops can't be told from
one that sends it twice in a row. What that does is harmless: a repeated "1" presses a key, and
money takes a PIN, which ends the session.
"""

from app.ports.channels import UssdHop
from app.sessions.store import Record

TAKEN_UP = 1_000
"""The first step of a session whose record was lost, where nobody counts: none of those before."""


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


def dialled_through(hop: UssdHop) -> tuple[str, ...]:
    """What an unknown session may be walked with: not a key pressed on a screen that is lost."""
    return hop.inputs if hop.newest is None or hop.newest.first else ()
