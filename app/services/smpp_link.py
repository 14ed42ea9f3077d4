"""How SMPP links stand, and what of SMPP is forgotten."""

from app.db import smpp
from app.ports.smpp import LinkState
from app.services.context import Context


def say_link(ctx: Context, state: LinkState) -> None:
    """How a process's link stands now."""
    with ctx.db.statement() as tx:
        smpp.say_link(
            tx, state.name, ctx.clock.now(), bound=state.bound, window=state.window,
            in_flight=state.in_flight, throttled=state.throttled,
        )  # fmt: skip


def forget(ctx: Context) -> None:
    """What is too old to matter."""
    with ctx.db.statement() as tx:
        smpp.forget(tx, ctx.clock.now())
