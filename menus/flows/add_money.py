"""Add money: through a bank account of one's own, or with a voucher."""

from app.domain.requests import AskPayInAccount, LookForPayment, PayInAccount, Refused
from menus.engine.state import Choice, Move, Scene, Screen, State
from menus.flows.shared import REFUSED, ending, tell


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


STATES = (
    State(
        "fund",
        screen=lambda scene: Screen(
            tell(scene.data, "Add money"),
            (
                Choice(tell(scene.data, "Bank transfer"), "fund.transfer"),
                Choice(tell(scene.data, "Voucher"), "voucher"),
            ),
        ),
        goes=("fund.transfer", "voucher"), walkable=True, fresh=True,
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
)  # fmt: skip
