"""Send money: to whom, how much, confirm, PIN."""

from app.domain.errors import BadAmount, NotAnMsisdn
from app.domain.money import parse_amount
from app.domain.msisdn import Msisdn, country_of, parse_msisdn
from app.domain.operators import COUNTRY_CURRENCY
from app.domain.requests import (
    FindRecipient,
    GetBeneficiaries,
    LimitReached,
    MoneySent,
    NotEnough,
    Recipient,
    Refused,
    SendMoney,
    TooFast,
)
from app.domain.second_factor import Act
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.saved import offered
from menus.flows.second_factor import proof_states, subject_of
from menus.flows.shared import (
    FAST,
    LIMIT,
    PIN_ENDS,
    after_pin,
    ending,
    money,
    number,
    tell,
    too_fast,
)
from menus.texts.catalogue import later


def _number_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        recipient = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    return _towards(scene, recipient)


def _towards(scene: Scene, recipient: Msisdn) -> Move | Wrong:
    if recipient == scene.text("msisdn"):
        return Wrong(tell(scene.data, "That is your own number."))
    if COUNTRY_CURRENCY.get(country_of(recipient)) != scene.text("currency"):
        return Wrong(tell(scene.data, "Only within your own country."))
    return Move("send.amount", {"recipient": recipient})


def _amount_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        amount = parse_amount(typed, scene.text("currency"))
    except BadAmount:
        return Wrong(tell(scene.data, "That is not an amount."))
    return Move("send.who", {"amount": amount.amount_minor})


def _found(scene: Scene) -> Move:
    if isinstance(scene.fact, Refused):
        return Move(
            "send.amount",
            notice=tell(scene.data, "This number can't receive this amount now."),
        )
    recipient: Recipient = scene.fact
    return Move("send.confirm", {"registered": int(recipient.registered), "named": recipient.name})


def _confirm(scene: Scene) -> Screen:
    said = {"amount": money(scene), "number": number(scene), "name": scene.text("named")}
    if not scene.number("registered"):
        sentence = later(
            "Send {amount} to {number}? Not registered yet: it waits 72 hours, then comes back."
        )
    elif said["name"]:
        sentence = later("Send {amount} to {number}, {name}")
    else:
        sentence = later("Send {amount} to {number}")
    text = tell(scene.data, sentence, **said)
    return Screen(text, (Choice(tell(scene.data, "Confirm"), "send.proof"),))


def _pin(scene: Scene) -> Screen:
    return Screen(
        tell(
            scene.data, "Enter PIN to send {amount} to {number}",
            amount=money(scene), number=number(scene),
        )
    )  # fmt: skip


def _not_enough(scene: Scene) -> Screen:
    text = tell(
        scene.data, "You have {balance}, this costs {price}",
        balance=money(scene, "balance"), price=money(scene),
    )  # fmt: skip
    return Screen(
        text,
        (
            Choice(tell(scene.data, "Add money"), "fund"),
            Choice(tell(scene.data, "Smaller amount"), "send.amount"),
        ),
    )


def _sent(scene: Scene) -> str:
    said = {
        "amount": money(scene), "number": number(scene), "reference": scene.text("reference"),
    }  # fmt: skip
    if scene.number("waits"):
        return tell(
            scene.data,
            "{amount} waits for {number} to register, 72 hours at most. An SMS follows."
            " Ref {reference}",
            **said,
        )
    return tell(scene.data, "{amount} sent to {number}. An SMS follows. Ref {reference}", **said)


STATES = (
    State(
        "send.number", ask=lambda _: GetBeneficiaries(),
        screen=lambda scene: Screen(
            tell(scene.data, "Send money to which number?"), offered(scene, _towards)
        ),
        accept=_number_typed, goes=("send.amount",),
    ),
    State(
        "send.amount", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=_amount_typed, goes=("send.who",),
    ),
    State(
        "send.who",
        ask=lambda scene: FindRecipient(Msisdn(scene.text("recipient")), money(scene)),
        route=_found, goes=("send.confirm", "send.amount"),
    ),
    State("send.confirm", screen=_confirm, goes=("send.proof",)),
    *proof_states("send", lambda scene: subject_of(Act.TRANSFER, scene), "send.pin"),
    State(
        "send.pin", screen=_pin,
        accept=lambda scene, typed: Do(
            SendMoney(Msisdn(scene.text("recipient")), money(scene), Secret(typed))
        ),
        after={
            **after_pin("send.pin"),
            MoneySent: lambda scene: Move(
                "send.sent", {"reference": scene.fact.reference, "waits": int(scene.fact.waits)}
            ),
            NotEnough: lambda scene: Move(
                "send.not_enough", {"balance": scene.fact.balance.amount_minor}
            ),
            LimitReached: lambda scene: Move(LIMIT, {"left": scene.fact.left.amount_minor}),
            TooFast: too_fast,
        },
        goes=("send.pin", "send.sent", "send.not_enough", LIMIT, FAST, *PIN_ENDS), secret=True,
    ),
    State("send.not_enough", screen=_not_enough, goes=("send.amount", "fund")),
    ending("send.sent", _sent),
)  # fmt: skip
