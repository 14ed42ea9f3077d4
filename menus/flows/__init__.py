"""The journeys of a subscriber, and the machine that runs them."""

from collections.abc import Mapping

from app.domain.aliases import DEFAULT_ALIASES, meanings
from menus.engine.machine import Machine, Phrases
from menus.flows import (
    account,
    add_money,
    agent,
    buy_airtime,
    buy_data,
    enrol,
    limits,
    main_menu,
    purchases,
    report,
    resume,
    saved,
    schedules,
    second_factor,
    security,
    send_money,
    voucher,
    wallet,
    withdraw,
)
from menus.flows.shared import ENDINGS, HOME, tell
from menus.flows.stable_codes import alias

STATES = {
    state.id: state
    for state in (
        *main_menu.STATES,
        *resume.STATES,
        *enrol.STATES,
        *buy_airtime.STATES,
        *buy_data.STATES,
        *send_money.STATES,
        *wallet.STATES,
        *add_money.STATES,
        *voucher.STATES,
        *withdraw.STATES,
        *agent.STATES,
        *purchases.STATES,
        *report.STATES,
        *account.STATES,
        *saved.STATES,
        *schedules.STATES,
        *security.STATES,
        *second_factor.STATES,
        *limits.STATES,
        *ENDINGS,
    )
}

LASTING = frozenset(
    {"msisdn", "network", "sms_code", "country", "currency", "language", "hidden", "agent"}
)
"""What a session knows of its subscriber, whatever is bought or looked up."""

PHRASES = Phrases(
    back=lambda data: tell(data, "Back"),
    home=lambda data: tell(data, "Home"),
    more=lambda data: tell(data, "More"),
    choose=lambda data, first, last: tell(data, "Choose {first} to {last}", first=first, last=last),
    not_understood=lambda data: tell(data, "Please try again."),
    too_many_mistakes=lambda data: tell(
        data, "Too many wrong entries. Nothing was charged. Please dial again."
    ),
)


DEFAULT_MEANT = meanings(DEFAULT_ALIASES)


def build_machine(budget: int, meant: Mapping[str, str] = DEFAULT_MEANT) -> Machine:
    """The machine of the whole menu; `budget` in septets per screen, `meant` by stable code."""
    return Machine(
        STATES, start="start", home=HOME, lasting=LASTING, phrases=PHRASES, budget=budget,
        takes_up=resume.KEPT, offer=resume.OFFER, alias=alias(meant),
    )  # fmt: skip
