"""The search box: whatever somebody reads out, found by what it looks like."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType

from app.db import hits, hop_numbers
from app.db.engine import Transaction
from app.db.hits import Hit
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import Msisdn, calling_code, parse_msisdn
from app.domain.operators import COUNTRY_CURRENCY, best_known
from app.domain.references import is_reference
from app.domain.roles import Right
from app.security.field_encryption import Unreadable
from app.services.backoffice.person import Person
from app.services.context import Context
from app.services.hop_number import HopName, open_number
from menus.texts.movements import reference_of

LONGEST = 100
SEARCHED = (
    "a phone number in any form, or how it begins (at least 6 digits)",
    "the six characters of an order, a transfer, a top-up, a complaint or a ticket",
    "what a vendor, a payment provider or an SMS gateway calls it",
    "a reference of the ledger, such as order:7K3F9Q:hold",
    "the id of a USSD session",
    "the serial of a voucher, such as 7K3F9Q-00012; never its PIN",
    "an agent's number or the beginning of the name",
    "the e-mail address of staff",
)
_SEES: Mapping[str, Right] = MappingProxyType({
    "subscriber": Right.SEE_SUBSCRIBER, "session": Right.SEE_SUBSCRIBER,
    "sms": Right.SEE_SUBSCRIBER, "number": Right.SEE_SUBSCRIBER, "case": Right.SEE_CASES,
    "approval": Right.SEE_APPROVALS, "agent": Right.SEE_AGENTS, "float": Right.SEE_AGENTS,
    "commission": Right.SEE_AGENTS, "staff": Right.SEE_STAFF, "voucher": Right.FIND_VOUCHER,
    "voucher batch": Right.SEE_VOUCHERS, "ledger": Right.SEE_LEDGER,
})  # fmt: skip
"""Kind -> what it needs to be shown; everything else goes with orders."""
_SERIAL = re.compile(r"([2-9A-Z]{6})-([0-9]{1,6})")
_PART_OF_A_NUMBER = re.compile(r"\+?[0-9]{6,14}")


def find(ctx: Context, person: Person, text: str) -> list[Hit]:
    """Everything this person may see that is called so; empty when nothing is. A redeemed PIN, a
    code or a name is never searched for."""
    word = " ".join(text.split())
    if not word or len(word) > LONGEST or not word.isprintable():
        return []
    with ctx.db.statement() as tx:
        found = {(one.kind, one.key, one.subscriber_id): one for one in _found(ctx, tx, word)}
    return [one for one in found.values() if person.may(_SEES.get(one.kind, Right.SEE_ORDERS))]


def _found(ctx: Context, tx: Transaction, word: str) -> Iterator[Hit]:
    numbers = _numbers(word)
    registered = hits.subscribers_of(tx, numbers) if numbers else []
    yield from registered
    if registered:
        return
    upper = word.upper()
    if is_reference(upper):
        yield from hits.references(tx, upper)
    if serial := _SERIAL.fullmatch(upper):
        yield from hits.voucher(tx, serial[1], int(serial[2]))
    if ":" in word:
        yield from hits.references(tx, reference_of(word)) or hits.booked(tx, word)
    if "@" in word or "." in word:
        yield from hits.staff(tx, word)
    yield from hits.external(tx, word)
    yield from _sessions(ctx, tx, word)
    yield from hits.agents(tx, word)
    if numbers:
        best = numbers[0]
        operator = best_known(best, None)
        told = operator.name if operator else "no operator of ours"
        yield Hit("number", best, f"not registered; by its prefix {told}", msisdn=best)
    elif _PART_OF_A_NUMBER.fullmatch(word.replace(" ", "")):
        yield from hits.subscribers_from(tx, _beginnings(word.replace(" ", "")))


def _sessions(ctx: Context, tx: Transaction, word: str) -> Iterator[Hit]:
    for one in hop_numbers.sessions(tx, word):
        msisdn = Msisdn(one.msisdn) if one.msisdn else None
        if one.ciphertext is not None:
            with suppress(Unreadable):
                name = HopName(one.channel, one.session, one.hop)
                msisdn = open_number(ctx.fields, name, one.ciphertext)
        about = f"{one.channel}, {one.hops} hops"
        yield Hit(
            "session", one.session, about, "", hits.owner(tx, msisdn), msisdn, one.last_at
        )  # fmt: skip


def _numbers(word: str) -> list[Msisdn]:
    """Every mobile number it can be: a local form is read as each country's. Letters are none: a
    serial could be read as the keys they stand on."""
    found: dict[Msisdn, None] = {}
    if any(letter.isalpha() for letter in word):
        return []
    for country in COUNTRY_CURRENCY:
        try:
            found[parse_msisdn(word, country)] = None
        except NotAnMsisdn:
            continue
    return list(found)


def _beginnings(digits: str) -> list[str]:
    """How numbers begin whose beginning was typed: with the country's code or, after a zero,
    without."""
    if digits.startswith("+"):
        return [digits]
    if digits.startswith("0"):
        return [f"+{calling_code(country)}{digits[1:]}" for country in COUNTRY_CURRENCY]
    return [f"+{digits}"]
