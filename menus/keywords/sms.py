"""The SMS grammar, read into the menu's own requests: `BAL`, `AIR <amount> [number] [PIN]`, `STMT`,
`PROBLEM [reference]`, `TOPUP <digits of a voucher>`, `BLOCK <PIN>`, `HELP`.

Nothing is guessed where money is concerned: a text counts only when it can be read in exactly one
way, and is answered with the help text otherwise.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.domain.cases import CaseKind
from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import Money, parse_amount
from app.domain.msisdn import Msisdn, country_of, parse_msisdn, spoken
from app.domain.operators import (
    Operator,
    operator_of_network,
    operator_of_prefix,
    operators_in,
)
from app.domain.references import is_reference
from app.domain.requests import (
    BlockAccount,
    BuyAirtime,
    GetBalance,
    RedeemVoucher,
    ReportProblem,
    RevealBalance,
    SendStatement,
)
from app.domain.secret import Secret
from menus.keywords.replies import (
    ABROAD,
    HELP,
    HELP_WITHOUT_AIRTIME,
    NETWORK_UNKNOWN,
    NOT_BLOCKED,
    NOT_SOLD,
    OUT_OF_RANGE,
    PIN_MISSING,
    Saying,
)
from menus.texts.vouchers import NO_DIGITS

LONGEST_TEXT = 160
_PIN = re.compile(r"[0-9]{4,6}")

Asked = (
    GetBalance
    | RevealBalance
    | BlockAccount
    | BuyAirtime
    | RedeemVoucher
    | SendStatement
    | ReportProblem
    | Saying
)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who wrote: the MSISDN, its SIM's network code as the gateway says, its country's currency.

    The currency is empty where nobody can enrol. `code` is the short code to dial instead, for the
    answers; `operator_of` finds the best known operator of a number.
    """

    msisdn: Msisdn
    network_code: str | None
    country: str
    currency: str
    code: str
    operator_of: Callable[[Msisdn], Operator | None] = operator_of_prefix


@dataclass(frozen=True, slots=True)
class Wanted:
    """`AIR` as written: no recipient means one's own number."""

    amount: Money
    recipient: Msisdn | None
    pin: Secret | None


def parse(text: str, sender: Sender) -> Asked:
    """The request in the text, or what to answer when there is none in it."""
    words = split(text)
    if not words:
        return _help(sender)
    reader = _KEYWORDS.get(words[0].upper())
    return reader(words[1:], sender) if reader else _help(sender)


def split(text: str) -> list[str]:
    """The words of a text; none when it can't be a command at all."""
    if len(text) > LONGEST_TEXT or not text.isascii():
        return []
    return text.strip(" \t\r\n.,;!").split()


def readings(words: list[str], country: str, currency: str) -> Iterator[Wanted]:
    """Every way to read the words after `AIR`."""
    sign = 1 if words and words[0].upper() in (currency, currency[0]) else 0
    written, rest = " ".join(words[: sign + 1]), words[sign + 1 :]
    try:
        amount = parse_amount(written, currency)
    except BadAmount:
        return
    if written.startswith("0"):
        return  # a number or a PIN in the amount's place
    ends: list[tuple[list[str], Secret | None]] = [(rest, None)]
    if rest and _PIN.fullmatch(rest[-1]):
        ends.append((rest[:-1], Secret(rest[-1])))
    for number, pin in ends:
        try:
            yield Wanted(amount, parse_msisdn("".join(number), country) if number else None, pin)
        except NotAnMsisdn:
            continue


def _help(sender: Sender) -> Saying:
    sold = operators_in(sender.country)
    return Saying(HELP if sold else HELP_WITHOUT_AIRTIME, {"code": sender.code})


def _balance(words: list[str], sender: Sender) -> Asked:
    if not words:
        return GetBalance()
    if len(words) == 1 and _PIN.fullmatch(words[0]):
        return RevealBalance(Secret(words[0]))
    return _help(sender)


def _block(words: list[str], sender: Sender) -> Asked:
    if len(words) == 1 and _PIN.fullmatch(words[0]):
        return BlockAccount(Secret(words[0]))
    return Saying(NOT_BLOCKED, {"code": sender.code})


def _problem(words: list[str], _: Sender) -> Asked:
    """With the reference of a receipt when one stands among the words. A word of six letters might
    be any word, unless it stands alone."""
    named = [
        word.upper()
        for word in words
        if is_reference(word.upper()) and (len(words) == 1 or not word.isalpha())
    ]
    return ReportProblem(named[0] if len(named) == 1 else "", CaseKind.OTHER)


def _top_up(words: list[str], sender: Sender) -> Asked:
    if any(character.isdigit() for word in words for character in word):
        return RedeemVoucher(Secret(" ".join(words)))
    return Saying(NO_DIGITS, {"code": sender.code})


def _airtime(words: list[str], sender: Sender) -> Asked:
    if not operators_in(sender.country):
        return Saying(NOT_SOLD)
    ways = list(readings(words, sender.country, sender.currency))
    if len(ways) != 1:
        return _help(sender)
    wanted = ways[0]
    recipient = wanted.recipient or sender.msisdn
    operator = _operator(recipient, sender)
    if operator is None and _is_abroad(recipient, sender):
        return Saying(ABROAD, {"number": recipient, "code": sender.code})
    if operator is None:
        return Saying(NETWORK_UNKNOWN, {"number": spoken(recipient), "code": sender.code})
    least, most = operator.airtime_min, operator.airtime_max
    if not least <= wanted.amount <= most or not wanted.amount.is_whole():
        return Saying(OUT_OF_RANGE, {"least": least.label(), "most": most.label()})
    if wanted.pin is None:
        return Saying(PIN_MISSING, {"code": sender.code})
    return BuyAirtime(recipient, operator.code, wanted.amount, wanted.pin)


def _operator(recipient: Msisdn, sender: Sender) -> Operator | None:
    """The SIM's network for one's own number, else the best known; None outside the currency."""
    own = sender.network_code if recipient == sender.msisdn else None
    found = operator_of_network(own, sender.country) or sender.operator_of(recipient)
    return found if found is not None and found.currency == sender.currency else None


def _is_abroad(recipient: Msisdn, sender: Sender) -> bool:
    """In a country where we sell, at a rate that has to be seen first."""
    country = country_of(recipient)
    return country != sender.country and bool(operators_in(country))


_KEYWORDS: dict[str, Callable[[list[str], Sender], Asked]] = {
    "BAL": _balance,
    "AIR": _airtime,
    "BLOCK": _block,
    "STMT": lambda words, sender: _help(sender) if words else SendStatement(),
    "PROBLEM": _problem,
    "TOPUP": _top_up,
    "HELP": lambda _, sender: _help(sender),
}
