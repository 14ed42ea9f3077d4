"""How a page says that what staff wanted can't be done."""

from flask import abort, g

from app.services.staff_refused import AlreadyDecided, MayNot, StaffRefused


def sentence(refused: StaffRefused) -> str:
    """The refusal as a sentence."""
    text = str(refused)
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('.') else '.'}"


def refused_status(refused: StaffRefused) -> int:
    """409 when somebody was faster, 400 else. What a role doesn't grant ends the request with 403
    and is written down."""
    if isinstance(refused, MayNot):
        g.missing = str(refused)
        abort(403)
    return 409 if isinstance(refused, AlreadyDecided) else 400
