"""What one may spend and hold, and the identity numbers that raise it: one's own, or a customer's
at an agent. The number itself is secret: it goes straight into its request."""

from app.domain.documents import DIGITS, Document, is_number
from app.domain.errors import NotAnMsisdn
from app.domain.money import Money
from app.domain.msisdn import Msisdn, parse_msisdn
from app.domain.requests import (
    CheckPin,
    ConfirmCustomer,
    ConfirmIdentity,
    Done,
    FindRecipient,
    GetLimits,
    IdentityAsked,
    MyLimits,
    Refused,
    TooFast,
)
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State, Wrong
from menus.flows.shared import (
    FAST,
    PIN_ENDS,
    REFUSED,
    after_pin,
    ending,
    number,
    tell,
    too_fast,
)


def _limits(scene: Scene) -> Screen:
    if isinstance(scene.fact, Refused):
        return Screen(tell(scene.data, "You are not registered. Please dial again."), close=True)
    mine: MyLimits = scene.fact
    text = tell(
        scene.data, "You can spend {day} a day. Most in your wallet: {balance}.",
        day=_or_none(scene, mine.day), balance=_or_none(scene, mine.balance),
    )  # fmt: skip
    return Screen(
        text,
        tuple(
            Choice(
                tell(scene.data, "Raise with {document}", document=document.label),
                "limits.number", {"document": document},
            )
            for document in mine.missing
        ),
    )  # fmt: skip


def _or_none(scene: Scene, amount: Money | None) -> str:
    return tell(scene.data, "no limit") if amount is None else str(amount)


def _document(scene: Scene) -> Document:
    return Document(scene.text("document"))


def _wrong_number(scene: Scene) -> Wrong:
    return Wrong(
        tell(
            scene.data, "{document} has {digits} digits.",
            document=_document(scene).label, digits=DIGITS,
        )
    )  # fmt: skip


def _own(scene: Scene, typed: str) -> Do | Wrong:
    if not is_number(typed):
        return _wrong_number(scene)
    return Do(ConfirmIdentity(_document(scene), Secret(typed)))


def _customers(scene: Scene, typed: str) -> Do | Wrong:
    if not is_number(typed):
        return _wrong_number(scene)
    customer = Msisdn(scene.text("recipient"))
    return Do(ConfirmCustomer(customer, _document(scene), Secret(typed)))


def _customer_typed(scene: Scene, typed: str) -> Move | Wrong:
    try:
        customer = parse_msisdn(typed, scene.text("country"))
    except NotAnMsisdn:
        return Wrong(tell(scene.data, "That is not a mobile number."))
    if customer == scene.text("msisdn"):
        return Wrong(tell(scene.data, "That is your own number."))
    return Move("verify.who", {"recipient": customer})


def _found(scene: Scene) -> Move:
    if scene.fact.registered:
        return Move("verify.document")
    return Move("verify.number", notice=tell(scene.data, "That number is not registered."))


def _documents(scene: Scene) -> Screen:
    return Screen(
        tell(scene.data, "Which number of {number}?", number=number(scene)),
        tuple(
            Choice(document.label, "verify.pin", {"document": document}) for document in Document
        ),
    )


_REPLIES = {
    Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
    TooFast: too_fast,
}

STATES = (
    State("limits", screen=_limits, ask=lambda _: GetLimits(), goes=("limits.number",), fresh=True),
    State(
        "limits.number",
        screen=lambda scene: Screen(
            tell(
                scene.data,
                "Enter your {document}, {digits} digits. By sending it you agree that we check it.",
                document=_document(scene).label, digits=DIGITS,
            )
        ),
        accept=_own,
        after={**_REPLIES, IdentityAsked: lambda _: Move("limits.asked")},
        goes=("limits.asked", FAST, REFUSED), secret=True,
    ),
    ending(
        "limits.asked",
        lambda scene: tell(
            scene.data, "We check your {document}. An SMS tells you what came of it.",
            document=_document(scene).label,
        ),
    ),
    # --- at an agent -------------------------------------------------------------------------
    State(
        "verify.number", screen=lambda scene: Screen(tell(scene.data, "Customer's number?")),
        accept=_customer_typed, goes=("verify.who",),
    ),
    State(
        "verify.who", ask=lambda scene: FindRecipient(Msisdn(scene.text("recipient"))),
        route=_found, goes=("verify.document", "verify.number"),
    ),
    State("verify.document", screen=_documents, goes=("verify.pin",)),
    State(
        "verify.pin",
        screen=lambda scene: Screen(
            tell(
                scene.data,
                "Have you seen {number}'s {document}, and do they agree? Enter PIN to go on",
                number=number(scene), document=_document(scene).label,
            )
        ),
        accept=lambda _, typed: Do(CheckPin(Secret(typed))),
        after={**after_pin("verify.pin"), Done: lambda _: Move("verify.digits")},
        goes=("verify.pin", "verify.digits", *PIN_ENDS), secret=True,
    ),
    State(
        "verify.digits",
        screen=lambda scene: Screen(
            tell(
                scene.data, "Enter the customer's {document}, {digits} digits",
                document=_document(scene).label, digits=DIGITS,
            )
        ),
        accept=_customers,
        after={**_REPLIES, IdentityAsked: lambda _: Move("verify.asked")},
        goes=("verify.asked", FAST, REFUSED), secret=True,
    ),
    ending(
        "verify.asked",
        lambda scene: tell(
            scene.data, "We check it. An SMS tells {number} what came of it.",
            number=number(scene),
        ),
    ),
)  # fmt: skip
