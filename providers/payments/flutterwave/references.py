"""Our references as Flutterwave carries them in `tx_ref`, told apart from everybody else's.

`nx-<REF>` is a charge of ours. `nx-va-<digits of the MSISDN>` is a static account: every transfer
into it carries this one, and it is the only word of Flutterwave about whose account it was.
"""

import re

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn

_CHARGE = re.compile(r"nx-([0-9A-Za-z]{1,40})\Z")
_ACCOUNT = re.compile(r"nx-va-([0-9]{7,15})\Z")


def of_charge(reference: str) -> str:
    return f"nx-{reference}"


def of_account(owner: Msisdn) -> str:
    return f"nx-va-{owner.removeprefix('+')}"


def charge(tx_ref: object) -> str:
    """Our reference of the charge; empty when it isn't a charge of ours."""
    found = _CHARGE.match(tx_ref) if isinstance(tx_ref, str) else None
    return found[1] if found else ""


def owner(tx_ref: object) -> Msisdn | None:
    """Whose static account it is; None when it is none of ours."""
    found = _ACCOUNT.match(tx_ref) if isinstance(tx_ref, str) else None
    try:
        return parse_msisdn(f"+{found[1]}", "NG") if found else None
    except NotAnMsisdn:
        return None
