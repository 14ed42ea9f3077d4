"""SMS about complaints, and statements."""

from collections.abc import Callable

from app.domain.money import Money
from menus.texts.catalogue import later, say
from menus.texts.movements import movement_name
from menus.texts.wording import Params, plain

STATEMENT_LINES = 6
"""Movements in one SMS of a statement."""


def _statement(language: str, params: Params) -> str:
    """Lines `05/03 -200.00 Purchase 7K3F9Q`, newest first, then the balance."""
    currency = params["currency"]
    lines = []
    for day, kind, amount_minor, reference in params["movements"]:
        amount = Money(amount_minor, currency)
        shown = str(amount).removeprefix(f"{currency} ")
        lines.append(f"{day} {shown} {movement_name(language, kind, amount)} {reference}".rstrip())
    if "balance_minor" in params:
        balance = Money(params["balance_minor"], currency)
        lines.append(say(language, "Balance {balance}", balance=balance))
    return "\n".join(lines)


CASE_KINDS: dict[str, Callable[[str, Params], str]] = {
    "case_opened": plain(
        later("We have your report {ticket} and answer by {day}. Each step comes by SMS.")
    ),
    "case_taken": plain(later("Report {ticket}: our staff are looking into it now.")),
    "case_returned": plain(
        later("Report {ticket}: nobody had taken the money yet. It is back in your wallet.")
    ),
    "case_recalled": plain(
        later("Report {ticket}: we asked the network to take it back. We tell you what they say.")
    ),
    "case_not_recalled": plain(
        later("Report {ticket}: the network can't take it back by itself. Our staff go on.")
    ),
    "case_solved": plain(later("Report {ticket} is solved. {answer}")),
    "case_refused": plain(later("Report {ticket} is closed. {answer}")),
    "statement": _statement,
}
"""What each kind says."""
