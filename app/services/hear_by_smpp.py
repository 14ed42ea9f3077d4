"""MO SMS by SMPP: parts put together, copies told from new ones, then handled as any MO SMS.

The SMSC is answered when this returns: until then it would send the SMS again, so nothing is lost.
"""

import time

from app.db import smpp_mo
from app.db.errors import DatabaseUnavailable
from app.domain.secret import Secret
from app.ports.channels import MoSms
from app.ports.smpp import DeskAway, HeardSms
from app.security.field_encryption import Place
from app.services import mo_sms
from app.services.context import Context
from app.services.send_by_smpp import CHANNEL

_IN_TIME_SECONDS = 5
"""Slower than this, the SMSC may have stopped waiting for our answer."""


def hear_sms(ctx: Context, heard: HeardSms, link: str) -> None:
    """A MO SMS, or the part that may complete one. Raises DeskAway."""
    began = time.monotonic()
    try:
        text = heard.text if heard.place is None else _completed(ctx, heard)
        if text is None:
            return
        digest = _digest(ctx, heard, text)
        gateway_id = heard.given_id or _told_apart(ctx, heard, digest, link)
        received = MoSms(CHANNEL, gateway_id, heard.sender, heard.code, text, heard.sent_at, None)
        mo_sms.handle(ctx, received, ctx.short_code)
        _done(ctx, heard, digest, in_time=time.monotonic() - began < _IN_TIME_SECONDS)
    except DatabaseUnavailable as error:
        raise DeskAway from error


def _completed(ctx: Context, heard: HeardSms) -> str | None:
    """The whole text, once this part completes it."""
    place = heard.place
    assert place is not None  # noqa: S101 - asked for parts only
    sealed = ctx.fields.encrypt(Secret(heard.text), _sealed(heard.sender))
    with ctx.db.transaction() as tx:
        pieces = smpp_mo.put_part(
            tx, heard.sender, heard.code, place.joint, place.total, place.number, sealed,
            ctx.clock.now(),
        )  # fmt: skip
    if not pieces:
        return None
    return "".join(ctx.fields.decrypt(piece, _sealed(heard.sender)).value for piece in pieces)


def _sealed(sender: str) -> Place:
    return Place("smpp_mo_parts", "sealed", sender)


def _digest(ctx: Context, heard: HeardSms, text: str) -> str:
    """What copies share. Keyed: a plain digest of a text with a PIN in it can be guessed."""
    when = heard.sent_at.isoformat() if heard.sent_at and heard.place is None else ""
    same = Secret("\0".join((heard.sender, heard.code, when, text)))
    return ctx.fields.indexes("smpp mo", same)[0].hex()[:40]


def _told_apart(ctx: Context, heard: HeardSms, digest: str, link: str) -> str:
    if heard.sent_at and heard.place is None:
        return digest
    now = ctx.clock.now()
    with ctx.db.transaction() as tx:
        fresh = f"{digest}-{int(now.timestamp() * 1000):x}"
        return smpp_mo.gateway_id(tx, digest, fresh, link, now)


def _done(ctx: Context, heard: HeardSms, digest: str, *, in_time: bool) -> None:
    place = heard.place
    with ctx.db.transaction() as tx:
        if place is not None:
            smpp_mo.drop_parts(tx, heard.sender, heard.code, place.joint, place.total)
        if in_time and not heard.given_id:
            smpp_mo.answered(tx, digest)
