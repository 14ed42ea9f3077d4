"""The wallet: balance and the last movements."""

from app.domain.money import Money
from app.domain.requests import (
    GetBalance,
    GetTransactions,
    Movement,
    Refused,
    RevealBalance,
    SendStatement,
)
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State
from menus.flows.shared import PIN_ENDS, REFUSED, after_pin, ending, info, money, tell
from menus.texts.catalogue import DEFAULT
from menus.texts.movements import movement_name, reference_of


def _wallet(scene: Scene) -> Screen:
    balance = "wallet.pin" if scene.number("hidden") else "wallet.balance"
    choices = (
        Choice(tell(scene.data, "Balance"), balance),
        Choice(tell(scene.data, "Last transactions"), "wallet.transactions"),
        Choice(tell(scene.data, "Where is my airtime?"), "purchases"),
        Choice(tell(scene.data, "Add money"), "fund"),
        Choice(tell(scene.data, "Withdraw cash"), "draw.amount"),
        Choice(tell(scene.data, "Statement by SMS"), "wallet.statement"),
        Choice(tell(scene.data, "Report a problem"), "report"),
    )
    return Screen(tell(scene.data, "Wallet"), choices)


def _balance(scene: Scene) -> str:
    return tell(scene.data, "Balance {balance}", balance=scene.fact)


def movement_line(scene: Scene, movement: Movement) -> str:
    """`Purchase -NGN 200.00 7K3F9Q`."""
    amount = movement.amount
    name = movement_name(str(scene.data.get("language", DEFAULT)), movement.kind, amount)
    shown = f"-{-amount}" if amount.amount_minor < 0 else str(amount)
    return f"{name} {shown} {reference_of(movement.reference)}".rstrip()


def transactions(scene: Scene) -> str:
    """The latest movements of a wallet or a float, a line each."""
    movements: tuple[Movement, ...] = scene.fact
    if not movements:
        return tell(scene.data, "No transactions yet.")
    return "\n".join(movement_line(scene, movement) for movement in movements)


def _statement_sent(scene: Scene) -> Move:
    if isinstance(scene.fact, Refused):
        return Move(REFUSED, {"why": scene.fact.why})
    return Move("wallet.statement_sent")


STATES = (
    State(
        "wallet", screen=_wallet,
        goes=("wallet.balance", "wallet.pin", "wallet.transactions", "purchases", "fund",
              "draw.amount", "wallet.statement", "report"),
        walkable=True,
    ),
    info("wallet.balance", _balance, ask=lambda _: GetBalance()),
    State(
        "wallet.pin",
        screen=lambda scene: Screen(tell(scene.data, "Enter your PIN to see the balance")),
        accept=lambda _, typed: Do(RevealBalance(Secret(typed))),
        after={
            **after_pin("wallet.pin"),
            Money: lambda scene: Move("wallet.revealed", {"balance": scene.fact.amount_minor}),
        },
        goes=("wallet.pin", "wallet.revealed", *PIN_ENDS), secret=True,
    ),
    info(
        "wallet.revealed",
        lambda scene: tell(scene.data, "Balance {balance}", balance=money(scene, "balance")),
    ),
    State(
        "wallet.statement", ask=lambda _: SendStatement(), route=_statement_sent,
        goes=("wallet.statement_sent", REFUSED),
    ),
    ending(
        "wallet.statement_sent",
        lambda scene: tell(scene.data, "Your statement comes by SMS."),
    ),
    info("wallet.transactions", transactions, ask=lambda _: GetTransactions()),
)  # fmt: skip
