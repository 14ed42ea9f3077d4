"""Every way to read the words after a command. Nothing is guessed: what can be read in two ways is
answered with both, and whoever asks does nothing then."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.secret import Secret
from menus.keywords.amounts import Amount, amount_of

Words = tuple[str, ...]
_PIN = re.compile(r"[0-9]{4,6}")
_CODE = re.compile(r"[0-9]{6}")
_NUMBER = re.compile(r"\+?[0-9().-]+")
_SIGN_AND_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """No recipient: none was written. `code` is what a customer shows an agent."""

    amount: Amount
    recipient: Msisdn | None
    pin: Secret | None
    code: Secret | None = None


def pin_of(word: str) -> Secret | None:
    """The PIN that this word may be."""
    return Secret(word) if _PIN.fullmatch(word) else None


def code_of(words: Words) -> Secret | None:
    """The six digits of a one-time code, in one word or in groups."""
    digits = "".join(words)
    return Secret(digits) if _CODE.fullmatch(digits) else None


def orders(words: Words, country: str, currency: str) -> list[Reading]:
    """Amount, number if there is one, PIN if there is one; the PIN last."""
    found = [Reading(amount, to, None) for amount, to in _pairs(words, country, currency)]
    pin = pin_of(words[-1]) if words else None
    if pin:
        found += [Reading(amount, to, pin) for amount, to in _pairs(words[:-1], country, currency)]
    return list(dict.fromkeys(found))


def pay_outs(words: Words, country: str, currency: str) -> list[Reading]:
    """Amount, number, the customer's code, the agent's PIN last."""
    pin = pin_of(words[-1]) if words else None
    code = code_of(words[-2:-1])
    if not (pin and code):
        return []
    pairs = _pairs(words[:-2], country, currency)
    return [Reading(amount, to, pin, code) for amount, to in dict.fromkeys(pairs)]


def number_of(words: Words, country: str) -> Msisdn | None:
    """The mobile number written in these words; they hold nothing else."""
    digits = "".join(words)
    if not _NUMBER.fullmatch(digits):
        return None
    try:
        return parse_msisdn(digits, country)
    except NotAnMsisdn:
        return None


def _pairs(words: Words, country: str, currency: str) -> Iterator[tuple[Amount, Msisdn | None]]:
    """The amount stands first or last, the rest is the number."""
    for width in range(1, min(len(words), _SIGN_AND_DIGITS) + 1):
        for taken, rest in (
            (words[:width], words[width:]),
            (words[-width:], words[:-width]),
        ):
            amount = amount_of(taken, currency)
            number = number_of(rest, country) if rest else None
            if amount and (number or not rest):
                yield amount, number
