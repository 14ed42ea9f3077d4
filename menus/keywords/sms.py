"""The SMS grammar, read into the menu's own requests; docs/sms.md shows each command.

Nothing is guessed where money is concerned: a text counts only when it can be read in exactly one
way, and is answered with how it is written otherwise.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.domain.cases import CaseKind
from app.domain.msisdn import Msisdn, country_of, spoken
from app.domain.operators import (
    COUNTRY_CURRENCY,
    Operator,
    operator_of_network,
    operator_of_prefix,
    operators_in,
)
from app.domain.references import is_reference
from app.domain.requests import (
    AskFloat,
    BlockAccount,
    GetAgentDesk,
    GetBalance,
    PayOut,
    RedeemVoucher,
    ReportProblem,
    RevealBalance,
    SendStatement,
    SetLanguage,
)
from app.domain.secret import Secret
from app.domain.wishes import Wish, WishKind
from menus.keywords.asked import (
    AgainWanted,
    Asked,
    Confirmed,
    OfferWish,
    PlanWanted,
    TellLanguage,
    Wanted,
)
from menus.keywords.line import line_of
from menus.keywords.nearest import nearest
from menus.keywords.plan_words import data_orders
from menus.keywords.readings import Reading, Words, code_of, orders, pay_outs, pin_of
from menus.keywords.replies import (
    ABROAD,
    AMOUNT_OR_PIN,
    DATA_AT_HOME,
    DID_YOU_MEAN,
    NETWORK_UNKNOWN,
    NOT_BLOCKED,
    NOT_READ,
    NOT_SOLD,
    NOTHING_DONE,
    OUT_OF_RANGE,
    OWN_NUMBER,
    SEND_AT_HOME,
    TWO_WAYS,
    Saying,
)
from menus.keywords.usage import HELP, HELP_OF_AGENTS, HELP_WITHOUT_AIRTIME, USAGE
from menus.keywords.vocabulary import LANGUAGE_BY_WORD, Command, command_of
from menus.texts.vouchers import NO_DIGITS

_Reading = TypeVar("_Reading")


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
    language: str = "en"


def parse(text: str, sender: Sender) -> Asked:
    """The request in the text, or what to answer when there is none in it."""
    line = line_of(text)
    if line.command is not None:
        return _READERS[line.command](line.command, line.telling, sender)
    meant = nearest(line.words[0], sender.language) if line.words else []
    if meant:
        return Saying(DID_YOU_MEAN, {"words": " / ".join(meant)})
    return _general_help(sender)


def _general_help(sender: Sender) -> Saying:
    sold = operators_in(sender.country)
    return Saying(HELP if sold else HELP_WITHOUT_AIRTIME, {"code": sender.code})


def _help(_: Command, words: Words, sender: Sender) -> Saying:
    """Of everything, of one command, or of the agents' ones."""
    about = command_of("".join(words)) if words else None
    if about is not None and about is not Command.HELP:
        return Saying(USAGE[about], {"code": sender.code})
    if words in {("AGENT",), ("AGENTS",)}:
        return Saying(HELP_OF_AGENTS, {"code": sender.code})
    return _general_help(sender)


def _unread(command: Command, sender: Sender, why: str = NOT_READ) -> Saying:
    return Saying(why, {"code": sender.code}, then=USAGE[command])


def _only(command: Command, sender: Sender, ways: Sequence[_Reading]) -> _Reading | Saying:
    """The one reading there is."""
    if len(ways) == 1:
        return ways[0]
    return _unread(command, sender, TWO_WAYS if ways else NOT_READ)


# --- the account -----------------------------------------------------------------------------


def _balance(command: Command, words: Words, sender: Sender) -> Asked:
    pin = pin_of(words[0]) if len(words) == 1 else None
    if words and pin is None:
        return _unread(command, sender)
    return RevealBalance(pin) if pin else GetBalance()


def _block(_: Command, words: Words, sender: Sender) -> Asked:
    pin = pin_of(words[0]) if len(words) == 1 else None
    return BlockAccount(pin) if pin else Saying(NOT_BLOCKED, {"code": sender.code})


def _statement(command: Command, words: Words, sender: Sender) -> Asked:
    return _unread(command, sender) if words else SendStatement()


def _problem(_: Command, words: Words, __: Sender) -> Asked:
    """With the reference of a receipt when one stands among the words. A word of six letters might
    be any word, unless it stands alone."""
    named = [
        word for word in words if is_reference(word) and (len(words) == 1 or not word.isalpha())
    ]
    return ReportProblem(named[0] if len(named) == 1 else "", CaseKind.OTHER)


def _top_up(_: Command, words: Words, sender: Sender) -> Asked:
    if any(character.isdigit() for word in words for character in word):
        return RedeemVoucher(Secret(" ".join(words)))
    return Saying(NO_DIGITS, {"code": sender.code})


def _language(command: Command, words: Words, sender: Sender) -> Asked:
    if not words:
        return TellLanguage()
    language = LANGUAGE_BY_WORD.get(" ".join(words))
    return SetLanguage(language) if language else _unread(command, sender)


def _offers(command: Command, words: Words, sender: Sender) -> Asked:
    return OfferWish(command is Command.START) if not words else _unread(command, sender)


def _yes(command: Command, words: Words, sender: Sender) -> Asked:
    code, pin = code_of(words[:-1]), pin_of(words[-1]) if words else None
    return Confirmed(code, pin) if code and pin else _unread(command, sender)


def _again(command: Command, words: Words, sender: Sender) -> Asked:
    pin = pin_of(words[0]) if len(words) == 1 else None
    return _unread(command, sender) if words and not pin else AgainWanted(pin)


# --- what moves money ------------------------------------------------------------------------


def _order(command: Command, words: Words, sender: Sender) -> Reading | Saying:
    """Amount, number and PIN as they were written."""
    read = _only(command, sender, orders(words, sender.country, sender.currency))
    if isinstance(read, Reading) and read.pin is None and read.amount.looks_like_a_pin:
        return Saying(AMOUNT_OR_PIN, {"currency": sender.currency})
    return read


def _airtime(command: Command, words: Words, sender: Sender) -> Asked:
    if not operators_in(sender.country):
        return Saying(NOT_SOLD)
    read = _order(command, words, sender)
    if isinstance(read, Saying):
        return read
    recipient, amount = read.recipient or sender.msisdn, read.amount.money
    operator = _network(recipient, sender)
    if isinstance(operator, Saying):
        return operator
    least, most = operator.airtime_min, operator.airtime_max
    if not least <= amount <= most or not amount.is_whole():
        return Saying(OUT_OF_RANGE, {"least": least.label(), "most": most.label()})
    return Wanted(Wish(WishKind.AIRTIME, amount, recipient, operator.code), read.pin)


def _data(command: Command, words: Words, sender: Sender) -> Asked:
    if not operators_in(sender.country):
        return Saying(NOT_SOLD)
    read = _only(command, sender, data_orders(words, sender.country))
    if isinstance(read, Saying):
        return read
    recipient = read.recipient or sender.msisdn
    if country_of(recipient) != sender.country:
        return Saying(DATA_AT_HOME)
    operator = _network(recipient, sender)
    if isinstance(operator, Saying):
        return operator
    return PlanWanted(recipient, operator.code, read.plan, read.pin)


def _network(recipient: Msisdn, sender: Sender) -> Operator | Saying:
    """The SIM's network for one's own number, else the best known; in the sender's currency."""
    own = sender.network_code if recipient == sender.msisdn else None
    found = operator_of_network(own, sender.country) or sender.operator_of(recipient)
    if found is not None and found.currency == sender.currency:
        return found
    country = country_of(recipient)
    if country != sender.country and operators_in(country):
        return Saying(ABROAD, {"number": recipient, "code": sender.code})
    return Saying(NETWORK_UNKNOWN, {"number": spoken(recipient), "code": sender.code})


def _to_another(kind: WishKind, command: Command, words: Words, sender: Sender) -> Asked:
    """Money for somebody else in the same country."""
    read = _order(command, words, sender)
    if isinstance(read, Saying):
        return read
    if read.recipient is None:
        return _unread(command, sender)
    if read.recipient == sender.msisdn:
        return Saying(OWN_NUMBER, then=NOTHING_DONE)
    if COUNTRY_CURRENCY.get(country_of(read.recipient)) != sender.currency:
        return Saying(SEND_AT_HOME, then=NOTHING_DONE)
    return Wanted(Wish(kind, read.amount.money, read.recipient), read.pin)


def _own_float(command: Command, words: Words, sender: Sender) -> Asked:
    read = _order(command, words, sender)
    if isinstance(read, Saying):
        return read
    if read.recipient is not None or (command is Command.ASKFLOAT and read.pin):
        return _unread(command, sender)
    if command is Command.ASKFLOAT:
        return AskFloat(read.amount.money)
    return Wanted(Wish(WishKind.BUY_FLOAT, read.amount.money, sender.msisdn), read.pin)


def _pay_out(command: Command, words: Words, sender: Sender) -> Asked:
    read = _only(command, sender, pay_outs(words, sender.country, sender.currency))
    if isinstance(read, Saying):
        return read
    if not (read.recipient and read.code and read.pin):
        return _unread(command, sender)
    return PayOut(read.recipient, read.amount.money, read.code, read.pin)


def _desk(command: Command, words: Words, sender: Sender) -> Asked:
    return _unread(command, sender) if words else GetAgentDesk()


_READERS: dict[Command, Callable[[Command, Words, Sender], Asked]] = {
    Command.BAL: _balance,
    Command.AIR: _airtime,
    Command.DATA: _data,
    Command.TOPUP: _top_up,
    Command.SEND: lambda *read: _to_another(WishKind.SEND, *read),
    Command.STMT: _statement,
    Command.PROBLEM: _problem,
    Command.AGAIN: _again,
    Command.LANG: _language,
    Command.BLOCK: _block,
    Command.HELP: _help,
    Command.STOP: _offers,
    Command.START: _offers,
    Command.YES: _yes,
    Command.CASHIN: lambda *read: _to_another(WishKind.CASH_IN, *read),
    Command.PAYOUT: _pay_out,
    Command.FLOAT: _desk,
    Command.ASKFLOAT: _own_float,
    Command.SENDFLOAT: lambda *read: _to_another(WishKind.SEND_FLOAT, *read),
    Command.BUYFLOAT: _own_float,
}
