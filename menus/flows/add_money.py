"""Add money: by transfer to an account of one's own, a bank's USSD code, a prompt on the handset,
or a voucher."""

from collections.abc import Callable, Mapping

from app.domain.banks import BANKS
from app.domain.charges import ChargeMethod, ChargeState, chargeable, limits
from app.domain.errors import BadAmount
from app.domain.money import parse_amount
from app.domain.requests import (
    AskPayInAccount,
    ChargeAskedBefore,
    ChargeShown,
    FundingWays,
    GetCharge,
    GetFundingWays,
    LookForPayment,
    PayInAccount,
    Refused,
    StartCharge,
)
from menus.engine.session import Value
from menus.engine.state import Choice, Move, Scene, Screen, State, Wrong
from menus.flows.shared import REFUSED, ending, info, money, tell
from menus.texts.catalogue import later

_PROMPT = {"method": ChargeMethod.PROMPT, "bank": ""}
_WAYS: tuple[tuple[Callable[[FundingWays], bool], str, str, Mapping[str, Value]], ...] = (
    (lambda ways: ways.bank_transfer, later("Bank transfer"), "fund.transfer", {}),
    (lambda ways: bool(ways.banks), later("Bank code"), "fund.bank", {}),
    (lambda ways: ways.prompt, later("Mobile money"), "fund.amount", _PROMPT),
    (lambda _: True, later("Voucher"), "voucher", {}),
)
"""Is it offered; its label; where it leads, and what is known then."""


def _ways(scene: Scene) -> Screen:
    ways: FundingWays = scene.fact
    choices = tuple(
        Choice(tell(scene.data, label), to, put)
        for offered, label, to, put in _WAYS
        if offered(ways)
    )
    return Screen(tell(scene.data, "Add money"), choices)


# --- an account of one's own -----------------------------------------------------------------


def _where_to(scene: Scene) -> Move:
    reply = scene.fact
    if isinstance(reply, Refused):
        return Move(REFUSED, {"why": reply.why})
    if isinstance(reply, PayInAccount):
        return Move(
            "fund.account", {"account": reply.number, "bank": reply.bank, "holder": reply.name}
        )
    return Move("fund.asked")


def _account(scene: Scene) -> Screen:
    text = tell(
        scene.data, "Transfer to {account} {bank}, {holder}",
        account=scene.text("account"), bank=scene.text("bank"), holder=scene.text("holder"),
    )  # fmt: skip
    return Screen(text, (Choice(tell(scene.data, "I have paid"), "fund.paid"),))


def _looked_for(scene: Scene) -> Move:
    reply = scene.fact
    return Move(REFUSED, {"why": reply.why}) if isinstance(reply, Refused) else Move("fund.wait")


# --- a charge --------------------------------------------------------------------------------


def _banks(scene: Scene) -> Screen:
    ways: FundingWays = scene.fact
    return Screen(
        tell(scene.data, "Your bank?"),
        tuple(
            Choice(BANKS[code], "fund.amount",
                   {"method": ChargeMethod.BANK_USSD, "bank": code})
            for code in ways.banks
        ),
    )  # fmt: skip


def _amount_typed(scene: Scene, typed: str) -> Move | Wrong:
    currency = scene.text("currency")
    try:
        amount = parse_amount(typed, currency)
    except BadAmount:
        return Wrong(tell(scene.data, "That is not an amount."))
    if not chargeable(amount):
        least, most = limits(currency)
        said = tell(
            scene.data, "Whole amounts from {least} to {most}",
            least=least.label(), most=most.label(),
        )  # fmt: skip
        return Wrong(said)
    return Move("fund.confirm", {"amount": amount.amount_minor})


def _confirm(scene: Scene) -> Screen:
    bank = scene.text("bank")
    if bank:
        text = tell(
            scene.data, "Add {amount} by a code of {bank}",
            amount=money(scene), bank=BANKS[bank],
        )  # fmt: skip
    else:
        text = tell(scene.data, "Add {amount} from your mobile money", amount=money(scene))
    return Screen(text, (Choice(tell(scene.data, "Confirm"), "fund.start"),))


def _start(scene: Scene) -> StartCharge:
    return StartCharge(ChargeMethod(scene.text("method")), money(scene), scene.text("bank"))


def _asked(scene: Scene) -> Move:
    reply = scene.fact
    if isinstance(reply, Refused):
        return Move(REFUSED, {"why": reply.why})
    if isinstance(reply, ChargeAskedBefore):
        put: dict[str, Value] = {
            "amount": reply.amount.amount_minor, "reference": reply.reference
        }  # fmt: skip
        return Move("fund.prompted_before", put)
    if scene.text("bank"):
        return Move("fund.coming", {"reference": reply.reference})
    return Move("fund.prompted", {"reference": reply.reference})


def _coming(scene: Scene) -> Screen:
    text = tell(
        scene.data, "An SMS brings the code to dial. Ref {reference}",
        reference=scene.text("reference"),
    )  # fmt: skip
    return Screen(text, (Choice(tell(scene.data, "Show the code"), "fund.code"),))


def _code(scene: Scene) -> str:
    charge = scene.fact
    if not isinstance(charge, ChargeShown) or charge.state in _IN_VAIN:
        return tell(scene.data, "This did not work. Nothing was added. Please try again.")
    if charge.state is ChargeState.PAID:
        return tell(scene.data, "Your {amount} has come in.", amount=charge.amount)
    if not charge.dial:
        return tell(scene.data, "The code is not here yet. It comes by SMS.")
    return tell(scene.data, "Dial {dial} to add {amount}", dial=charge.dial, amount=charge.amount)


_IN_VAIN = frozenset({ChargeState.REFUSED, ChargeState.FAILED, ChargeState.EXPIRED})


STATES = (
    State(
        "fund", ask=lambda _: GetFundingWays(), screen=_ways,
        goes=tuple(to for _, _, to, _ in _WAYS), walkable=True, fresh=True,
    ),
    State(
        "fund.transfer", ask=lambda _: AskPayInAccount(), route=_where_to,
        goes=("fund.account", "fund.asked", REFUSED),
    ),
    State("fund.account", screen=_account, goes=("fund.paid",)),
    State(
        "fund.paid", ask=lambda _: LookForPayment(), route=_looked_for,
        goes=("fund.wait", REFUSED),
    ),
    ending(
        "fund.asked",
        lambda scene: tell(
            scene.data,
            "We open an account for you. Its number comes by SMS; what you transfer to it is in"
            " your wallet at once.",
        ),
    ),
    ending(
        "fund.wait",
        lambda scene: tell(
            scene.data, "We ask the bank. An SMS comes as soon as your money is here."
        ),
    ),
    State("fund.bank", ask=lambda _: GetFundingWays(), screen=_banks, goes=("fund.amount",)),
    State(
        "fund.amount", screen=lambda scene: Screen(tell(scene.data, "Amount?")),
        accept=_amount_typed, goes=("fund.confirm",),
    ),
    State("fund.confirm", screen=_confirm, goes=("fund.start",)),
    State(
        "fund.start", ask=_start, route=_asked,
        goes=("fund.coming", "fund.prompted", "fund.prompted_before", REFUSED),
    ),
    # The money is under way: no way back to the confirmation, which would ask for it again.
    State("fund.coming", screen=_coming, goes=("fund.code",), back=False),
    info("fund.code", _code, ask=lambda scene: GetCharge(scene.text("reference"))),
    ending(
        "fund.prompted",
        lambda scene: tell(
            scene.data, "Agree on your handset when it asks for {amount}. Ref {reference}",
            amount=money(scene), reference=scene.text("reference"),
        ),
    ),
    ending(
        "fund.prompted_before",
        lambda scene: tell(
            scene.data,
            "You were asked for {amount} already. Agree on your handset or wait 5 minutes."
            " Ref {reference}",
            amount=money(scene), reference=scene.text("reference"),
        ),
    ),
)  # fmt: skip
