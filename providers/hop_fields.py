"""The fields that hops of every dialect have, checked alike."""

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, country_of, parse_msisdn
from app.domain.operators import operators_in
from app.ports.channels import Unreadable

_CALLED = {
    "VODAFONE": "TELECEL", "TIGO": "AT", "AIRTELTIGO": "AT", "9MOBILE": "T2", "ETISALAT": "T2",
}  # fmt: skip
"""Names that gateways still use for operators that are called otherwise now."""

LONGEST_SESSION_ID = 128
LONGEST_TEXT = 1_024
MOST_INPUTS = 60


def session_id(value: str) -> str:
    """Printable ASCII of at most 128 characters. Raises Unreadable."""
    if not value or len(value) > LONGEST_SESSION_ID or not value.isascii():
        raise Unreadable("no session id")
    if not value.isprintable():
        raise Unreadable("session id out of bounds")
    return value


def msisdn(value: str) -> Msisdn:
    """Any form parse_msisdn reads, with or without the plus. Raises Unreadable."""
    try:
        return parse_msisdn(value)
    except NotAnMsisdn:
        raise Unreadable("not an MSISDN") from None


def word(value: str) -> str:
    """A gateway's own word or code, at most 40 signs; empty when it isn't printable ASCII."""
    return value[:40] if value.isascii() and value.isprintable() else ""


def network(name: str, subscriber: Msisdn) -> str | None:
    """The network code of an operator that a gateway calls by name, in the subscriber's country;
    None when nobody is called so."""
    called = _CALLED.get(name.upper(), name.upper())
    for operator in operators_in(country_of(subscriber)):
        if operator.name.upper() == called:
            return operator.network_codes[-1]
    return None


def network_of_imsi(imsi: str) -> str | None:
    """The network code (MCC and MNC) that a SIM's IMSI begins with; None when it is no IMSI."""
    return imsi[:5] if len(imsi) == 15 and imsi.isascii() and imsi.isdigit() else None


def history(text: str) -> tuple[str, ...]:
    """Inputs joined by "*", as gateways that send the whole history do. Raises Unreadable."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable("text out of bounds")
    inputs = tuple(text.split("*")) if text else ()
    if len(inputs) > MOST_INPUTS:
        raise Unreadable("too many inputs")
    return inputs


def typed(text: str | None) -> tuple[str, ...]:
    """The newest input alone, which may be empty but not missing. Raises Unreadable."""
    if text is None:
        raise Unreadable("no input")
    if len(text) > LONGEST_TEXT:
        raise Unreadable("text out of bounds")
    return (text,)


def dialled(code: str, short_code: str) -> tuple[str, ...]:
    """What was dialled behind the short code: `*384*123*1*1#` behind `*384*123#` is ("1", "1").

    With or without the signs at either end; nothing when `code` isn't behind `short_code`.
    Raises Unreadable.
    """
    stem, whole = short_code.strip("*#"), code.strip("*#")
    return history(whole[len(stem) + 1 :]) if whole.startswith(f"{stem}*") else ()


def inputs_of(text: str, short_code: str, *, first: bool) -> tuple[str, ...]:
    """The inputs of a hop of a gateway that sends the newest one only, and on the first the code
    that was dialled. Raises Unreadable."""
    return dialled(text, short_code) if first else typed(text)


def whole_number(text: str | None) -> int | None:
    """A number of fewer than ten digits, None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
