"""Every SMS we send, rendered from plain parameters when it is sent."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.domain.catalogue import AIRTIME
from app.domain.days import zone_of
from app.domain.ledger import AccountKind
from app.domain.money import Money
from app.domain.msisdn import Msisdn, spoken
from app.domain.operators import OPERATORS
from menus.engine.gsm7 import fold
from menus.texts.agent_messages import AGENT_KINDS
from menus.texts.case_messages import CASE_KINDS
from menus.texts.catalogue import later, say
from menus.texts.identity_messages import IDENTITY_KINDS
from menus.texts.plans import plan_name
from menus.texts.safety_messages import SAFETY_KINDS
from menus.texts.schedule_messages import SCHEDULE_KINDS
from menus.texts.transfer_messages import TRANSFER_KINDS
from menus.texts.vouchers import ADDED
from menus.texts.wish_messages import WISH_KINDS
from menus.texts.wording import paid_for

Params = Mapping[str, Any]


def render(kind: str, language: str, params: Params) -> str:
    """The text of an SMS of this kind, in GSM-7. Raises KeyError for a kind that doesn't exist."""
    return fold(KINDS[kind](language, params))


def clock_time(at: datetime, country: str) -> str:
    """`14:30` where the subscriber lives."""
    return at.astimezone(zone_of(country)).strftime("%H:%M")


def _order(language: str, params: Params) -> dict[str, object]:
    """`plan` is empty for airtime; `bought` says what was to be delivered."""
    price = Money(params["amount_minor"], params["currency"])
    abroad = "sold_minor" in params
    sold = Money(params["sold_minor"], params["sold_currency"]) if abroad else price
    amount = paid_for(language, price, sold)
    plan = plan_name(language, params.get("product", AIRTIME))
    return {
        "operator": OPERATORS[params["operator"]].name,
        "amount": amount,
        "plan": plan,
        "bought": f"{plan} {amount}".strip(),
        "balance": Money(params.get("balance_minor", 0), params["currency"]),
        "number": spoken(Msisdn(params["recipient"])),
        "reference": params["reference"],
    }


def _of_order(
    airtime: str, data: str, from_float: tuple[str, str] | None = None
) -> Callable[[str, Params], str]:
    """A sentence about a purchase: one for airtime, one for a plan; `from_float` says the same of
    a sale that an agent's float paid for."""

    def text(language: str, params: Params) -> str:
        said = _order(language, params)
        sold = params.get("paid_from") == AccountKind.AGENT_FLOAT
        of_airtime, of_data = from_float if from_float and sold else (airtime, data)
        return say(language, of_data if said["plan"] else of_airtime, **said)

    return text


def _adjusted(language: str, params: Params) -> str:
    amount = Money(params["amount_minor"], params["currency"])
    said = {
        "balance": Money(params["balance_minor"], params["currency"]),
        "reference": params["reference"],
    }
    if amount.amount_minor < 0:
        return say(
            language,
            "We took {amount} from your wallet to correct it. Balance {balance}. Ref {reference}",
            amount=-amount, **said,
        )  # fmt: skip
    return say(
        language,
        "We put {amount} into your wallet to correct it. Balance {balance}. Ref {reference}",
        amount=amount, **said,
    )  # fmt: skip


def _goodwill(language: str, params: Params) -> str:
    return say(
        language,
        "We gave you back {amount} of your purchase. Balance {balance}. Ref {reference}",
        amount=Money(params["given_minor"], params["currency"]),
        balance=Money(params["balance_minor"], params["currency"]),
        reference=params["reference"],
    )


def _registered(language: str, _: Params) -> str:
    return say(
        language,
        "You are registered with NexusTop. Your PIN is secret; staff never ask for it.",
    )


def _pin_changed(language: str, _: Params) -> str:
    return say(language, "Your NexusTop PIN was changed. If this was not you, SMS HELP now.")


def _pin_locked(language: str, params: Params) -> str:
    if params["until"] is None:
        return say(
            language,
            "Your NexusTop PIN is locked after too many wrong entries. See an agent or SMS HELP.",
        )
    until = datetime.fromisoformat(params["until"])
    return say(
        language,
        "Your NexusTop PIN is locked until {time} after too many wrong entries."
        " If this was not you, SMS HELP.",
        time=clock_time(until, params["country"]),
    )


def _pin_by_sms_off(language: str, _: Params) -> str:
    return say(
        language,
        "PIN by SMS is off for 24 hours after three wrong PINs. Dialling still works."
        " If this was not you, SMS HELP.",
    )


def _start_pin(language: str, params: Params) -> str:
    return say(
        language,
        "Your NexusTop start PIN is {pin}. Dial now and change it; it soon stops working.",
        pin=params["pin"],
    )


def _blocked(language: str, _: Params) -> str:
    return say(
        language,
        "Your NexusTop account is blocked, as you asked. Nothing leaves it until our staff open it."
        " SMS HELP.",
    )


def _blocked_by_staff(language: str, _: Params) -> str:
    return say(
        language,
        "Our staff have blocked your NexusTop account. Nothing leaves it until they open it."
        " SMS HELP.",
    )


def _balance(language: str, params: Params) -> str:
    return say(
        language, "Balance {balance}", balance=Money(params["balance_minor"], params["currency"])
    )


def _topped_up(language: str, params: Params) -> str:
    if params.get("repaid_minor"):
        return say(
            language,
            "{amount} came in, {repaid} of it repaid what you owed. Balance {balance}."
            " Ref {reference}",
            repaid=Money(params["repaid_minor"], params["currency"]), **_money(params),
        )  # fmt: skip
    return say(
        language, ADDED,
        amount=Money(params["amount_minor"], params["currency"]),
        balance=Money(params["balance_minor"], params["currency"]), reference=params["reference"],
    )  # fmt: skip


def _topped_back(language: str, params: Params) -> str:
    if params["owed_minor"]:
        return say(
            language,
            "Your top-up of {amount} was taken back by the bank. Balance {balance}. You owe {owed};"
            " your next top-up repays it. Ref {reference}",
            owed=Money(params["owed_minor"], params["currency"]), **_money(params),
        )  # fmt: skip
    return say(
        language,
        "Your top-up of {amount} was taken back by the bank. Balance {balance}. Ref {reference}",
        **_money(params),
    )


def _money(params: Params) -> dict[str, object]:
    return {
        "amount": Money(params["amount_minor"], params["currency"]),
        "balance": Money(params.get("balance_minor", 0), params["currency"]),
        "reference": params["reference"],
    }


def _of_charge(english: str, *names: str) -> Callable[[str, Params], str]:
    """A sentence about a charge, with these of its params as they are."""
    return lambda language, params: say(
        language, english, amount=Money(params["amount_minor"], params["currency"]),
        reference=params["reference"], **{name: params[name] for name in names},
    )  # fmt: skip


def _pay_in_account(language: str, params: Params) -> str:
    return say(
        language,
        "Your account for adding money: {account} {bank}, {holder}. What you transfer to it is in"
        " your wallet at once.",
        account=params["number"], bank=params["bank"], holder=params["name"],
    )  # fmt: skip


def _reply(language: str, params: Params) -> str:
    """An answer to an SMS command: sentences of menus.keywords."""
    sentences = filter(None, (params["sentence"], params.get("then")))
    arguments = params.get("arguments", {})
    return " ".join(say(language, sentence, **arguments) for sentence in sentences)


_NOT_TAKEN = later(
    "{operator} could not take {bought} for {number}. Your money is back: {balance}."
    " Ref {reference}"
)
_NOT_SOLD = later(
    "{operator} could not take {bought} for {number}. Your money is back. Float {balance}."
    " Ref {reference}"
)
_STILL_WAITING = later(
    "Still waiting for {operator} on {bought} for {number}. We refund it if it fails."
    " Ref {reference}"
)


def _written(_: str, params: Params) -> str:
    """What staff have written, in the language it was chosen for."""
    return str(params["text"])


KINDS: dict[str, Callable[[str, Params], str]] = {
    "broadcast": _written,
    "broadcast_test": _written,
    **AGENT_KINDS,
    **CASE_KINDS,
    **SAFETY_KINDS,
    **SCHEDULE_KINDS,
    **TRANSFER_KINDS,
    **IDENTITY_KINDS,
    **WISH_KINDS,
    "delivered": _of_order(
        later("{amount} {operator} airtime sent to {number}. Balance {balance}. Ref {reference}"),
        later(
            "{plan} {operator} data sent to {number} for {amount}. Balance {balance}."
            " Ref {reference}"
        ),
        (
            later("{amount} {operator} airtime sent to {number}. Float {balance}. Ref {reference}"),
            later(
                "{plan} {operator} data sent to {number} for {amount}. Float {balance}."
                " Ref {reference}"
            ),
        ),
    ),
    "refunded": _of_order(_NOT_TAKEN, _NOT_TAKEN, (_NOT_SOLD, _NOT_SOLD)),
    "slow": _of_order(_STILL_WAITING, _STILL_WAITING),
    "reversed": _of_order(
        later(
            "{operator} took back {amount} airtime for {number}. Your money is back: {balance}."
            " Ref {reference}"
        ),
        later(
            "{operator} took back {plan} data for {number}. Your money is back: {balance}."
            " Ref {reference}"
        ),
        (
            later(
                "{operator} took back {amount} airtime for {number}. Your money is back."
                " Float {balance}. Ref {reference}"
            ),
            later(
                "{operator} took back {plan} data for {number}. Your money is back."
                " Float {balance}. Ref {reference}"
            ),
        ),
    ),
    "adjusted": _adjusted,
    "goodwill": _goodwill,
    "registered": _registered,
    "pin_changed": _pin_changed,
    "pin_locked": _pin_locked,
    "pin_by_sms_off": _pin_by_sms_off,
    "start_pin": _start_pin,
    "balance": _balance,
    "blocked": _blocked,
    "blocked_by_staff": _blocked_by_staff,
    "accepted": _of_order(
        later(
            "Request received. {amount} {operator} airtime for {number}. An SMS follows."
            " Ref {reference}"
        ),
        later(
            "Request received. {plan} {operator} data for {number}. An SMS follows. Ref {reference}"
        ),
    ),
    "reply": _reply,
    "topped_up": _topped_up,
    "topped_back": _topped_back,
    "topup_waits": _of_charge(
        later("{amount} came in for you. Our staff look at it and answer by SMS. Ref {reference}")
    ),
    "pay_by_dialling": _of_charge(
        later(
            "Dial {dial} to add {amount} from {bank} within 30 minutes. Only your bank asks for"
            " your bank PIN. Ref {reference}"
        ),
        "dial",
        "bank",
    ),
    "pay_to_account": _of_charge(
        later(
            "Transfer exactly {amount} to {account} {bank} within 8 hours. It works once."
            " Ref {reference}"
        ),
        "account",
        "bank",
    ),
    "pay_by_link": _of_charge(
        later("To add {amount} open {link} within an hour. Ref {reference}"), "link"
    ),
    "charge_failed": _of_charge(
        later("Adding {amount} did not work. Nothing was added. Please try again. Ref {reference}")
    ),
    "charge_asked": _of_charge(
        later("We have asked for {amount}. An SMS says what to do next. Ref {reference}")
    ),
    "pay_in_account": _pay_in_account,
}
"""Kind -> text, the only SMS there are."""
