"""SMS about identity numbers and what they change."""

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.documents import Document
from app.domain.money import Money
from menus.texts.catalogue import later, say

Params = Mapping[str, Any]


def _matched(language: str, params: Params) -> str:
    day, balance = (_limit(language, params, name) for name in ("day_minor", "balance_minor"))
    return say(
        language,
        "Your {document} is confirmed. You can now spend {day} a day. Most in your wallet:"
        " {balance}.",
        document=Document(params["document"]).label, day=day, balance=balance,
    )  # fmt: skip


def _limit(language: str, params: Params, name: str) -> str:
    minor = params[name]
    return say(language, "no limit") if minor is None else str(Money(minor, params["currency"]))


def _of_document(english: str) -> Callable[[str, Params], str]:
    return lambda language, params: say(
        language, english, document=Document(params["document"]).label
    )


IDENTITY_KINDS: dict[str, Callable[[str, Params], str]] = {
    "identity_matched": _matched,
    "identity_refused": _of_document(
        later("We could not confirm your {document}. Check the number, or see an agent with it.")
    ),
    "identity_other_phone": _of_document(
        later("Your {document} belongs to another phone number. Please see an agent with it.")
    ),
    "identity_unanswered": _of_document(
        later("We could not check your {document}. Nothing has changed. Please try again later.")
    ),
}
