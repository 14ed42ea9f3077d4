"""SMS about second factors and changed SIMs."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.days import zone_of
from app.domain.money import Money
from menus.texts.catalogue import later, say

Params = Mapping[str, Any]


def _plain(english: str) -> Callable[[str, Params], str]:
    return lambda language, params: say(language, english, **params)


def _until(params: Params, form: str) -> str:
    at = datetime.fromisoformat(params["until"])
    return at.astimezone(zone_of(params["country"])).strftime(form)


def _approved(language: str, params: Params) -> str:
    return say(
        language, "{agent} approved your {amount}. Dial {code} again before {time}.",
        agent=params["agent"], amount=Money(params["amount_minor"], params["currency"]),
        code=params["code"], time=_until(params, "%H:%M"),
    )  # fmt: skip


def _sim_swapped(language: str, params: Params) -> str:
    return say(
        language,
        "Your SIM was changed. Until {time} nobody can withdraw cash or get a new PIN, and only"
        " small amounts go. Not you? SMS HELP",
        time=_until(params, "%d/%m %H:%M"),
    )


def _web_code(language: str, params: Params) -> str:
    return say(
        language,
        "{code} is your code for the NexusTop back-office until {time}. Tell nobody."
        " Not you? SMS HELP",
        code=params["code"], time=_until(params, "%H:%M"),
    )  # fmt: skip


def _sign_in_code(language: str, params: Params) -> str:
    return say(
        language, "{code} is your NexusTop code until {time}. Never tell it to anybody.",
        code=params["code"], time=_until(params, "%H:%M"),
    )  # fmt: skip


def _pin_by_api_off(language: str, params: Params) -> str:
    return say(
        language,
        "3 wrong PINs in an app. Until {time} no app can pay from your wallet; dialling still"
        " works. Not you? SMS HELP",
        time=_until(params, "%d/%m %H:%M"),
    )


SAFETY_KINDS: dict[str, Callable[[str, Params], str]] = {
    "code_list_made": _plain(
        later("A new code list was made for you; the old one is void. Not you? SMS HELP")
    ),
    "few_codes": _plain(later("Your code list has {left} codes left. Ask an agent for a new one.")),
    "factor_locked": _plain(
        later(
            "Too many wrong codes. Codes are off for 24 hours, an agent can approve."
            " Nothing was charged."
        )
    ),
    "code_app_added": _plain(later("A code app was added to your account. Not you? SMS HELP")),
    "code_app_removed": _plain(
        later("The code app was removed from your account. Not you? SMS HELP")
    ),
    "purchase_approved": _approved,
    "sim_swapped": _sim_swapped,
    "web_code": _web_code,
    "sign_in_code": _sign_in_code,
    "sign_in_ended": _plain(
        later("An app was signed out of your account: its key was used twice. Not you? SMS HELP")
    ),
    "pin_by_api_off": _pin_by_api_off,
}
