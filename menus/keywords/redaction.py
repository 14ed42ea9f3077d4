"""A MO SMS without its PIN and codes: the only form of it that is kept."""

import re

from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from app.domain.unkept import unkept_masked
from menus.keywords.amounts import Amount
from menus.keywords.line import Line, line_of
from menus.keywords.plan_words import data_orders
from menus.keywords.readings import orders, pay_outs
from menus.keywords.vocabulary import Command

MASK = "****"
SHORTEST_PIN = 4
_DIGITS = re.compile(r"\d{4,}|(?<!\d)\d{1,2}(?:[ .,-]{1,2}\d{1,2}(?!\d))+")
"""Digits of any script: four or more in a row, or singly and in pairs, apart by a blank or two."""

_PIN_IN_AMOUNT = re.compile(r"(?<!\d)\d{4,6}(?!\d)")
_ROUND = 100
_VOUCHER = re.compile(r"\d(?:[\s.,-]{0,2}\d){13,}")
"""Fourteen and more, however they are grouped: the digits of a voucher, whatever is written round
them."""

_WITH_AMOUNT = frozenset({
    Command.AIR, Command.SEND, Command.CASHIN, Command.SENDFLOAT, Command.BUYFLOAT,
    Command.ASKFLOAT,
})  # fmt: skip
_NOTHING_KEPT = frozenset({Command.TOPUP, Command.YES})


def redact(text: str, country: str, currency: str) -> str:
    """The text with every PIN, and everything that might be one, masked. `currency` is empty where
    nobody can enrol.

    Only where a text orders something, and can be read in one way, are its amount and number told
    from a PIN; in any other, four digits and more are kept only as a mobile number. After `TOPUP`
    and `YES` nothing is kept.
    """
    line = line_of(text)
    if line.command in _NOTHING_KEPT:
        return f"{line.head} {MASK}" if line.words else line.head
    kept = _of_order(line, country, currency) if line.command else None
    if kept is not None:
        return " ".join([line.head, *kept])
    text = _VOUCHER.sub(MASK, unkept_masked(text))
    return _DIGITS.sub(lambda run: _number_or_mask(run.group(), country), text)


def _of_order(line: Line, country: str, currency: str) -> list[str] | None:
    """The telling words as they may be kept; None when this is no clear order."""
    words, hidden = line.telling, 0
    if line.command is Command.DATA:
        plans = data_orders(line.telling, country)
        if len(plans) != 1:
            return None
        hidden = 1 if plans[0].pin else 0
    elif line.command in _WITH_AMOUNT or line.command is Command.PAYOUT:
        read = pay_outs if line.command is Command.PAYOUT else orders
        ways = read(line.telling, country, currency)
        if len(ways) != 1 or not _is_clear(ways[0].amount, has_pin=ways[0].pin is not None):
            return None
        hidden = 1 if ways[0].pin else 0
        hidden += 1 if ways[0].code else 0
    else:
        return None
    return [*words[: len(words) - hidden], *[MASK] * hidden]


def _is_clear(amount: Amount, *, has_pin: bool) -> bool:
    """An amount might be a PIN in the wrong place: four to six digits that aren't even hundreds,
    whatever currency stands beside them; and with the PIN left out, any four bare digits."""
    if any(int(run) % _ROUND for run in _PIN_IN_AMOUNT.findall(amount.written)):
        return False
    return has_pin or not amount.written.isdigit() or len(amount.written) < SHORTEST_PIN


def _number_or_mask(digits: str, country: str) -> str:
    if sum(map(str.isdigit, digits)) < SHORTEST_PIN:
        return digits
    try:
        parse_msisdn(digits, country)
    except NotAnMsisdn:
        return MASK
    return digits
