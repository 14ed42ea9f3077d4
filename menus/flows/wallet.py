"""The wallet: balance and the last movements."""

from app.domain.money import Money
from app.domain.requests import GetBalance, GetTransactions, Movement, RevealBalance
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State
from menus.flows.shared import PIN_ENDS, after_pin, info, money, tell
from menus.texts.catalogue import later

_MOVEMENTS = {
    "hold": later("Airtime"),
    "void": later("Money back"),
    "reversal": later("Money back"),
    "funding": later("Money in"),
    "return": later("Money back"),
    "topup": later("Money in"),
    "cash_in": later("Cash in"),
    "cash_out": later("Cash out"),
    "paid_out": later("Cash out"),
    "float": later("Float"),
    "commission": later("Commission"),
    "adjustment": later("Correction"),
    "correction": later("Correction"),
}
_OTHER = later("Other")
_SENT, _RECEIVED = later("Sent"), later("Received")


def _wallet(scene: Scene) -> Screen:
    balance = "wallet.pin" if scene.number("hidden") else "wallet.balance"
    return Screen(
        tell(scene.data, "Wallet"),
        (
            Choice(tell(scene.data, "Balance"), balance),
            Choice(tell(scene.data, "Last transactions"), "wallet.transactions"),
            Choice(tell(scene.data, "Where is my airtime?"), "purchases"),
            Choice(tell(scene.data, "Add money"), "fund"),
            Choice(tell(scene.data, "Withdraw cash"), "draw.amount"),
        ),
    )


def _balance(scene: Scene) -> str:
    return tell(scene.data, "Balance {balance}", balance=scene.fact)


def _kind(movement: Movement) -> str:
    if movement.kind == "transfer":
        return _SENT if movement.amount.amount_minor < 0 else _RECEIVED
    return _MOVEMENTS.get(movement.kind, _OTHER)


def _line(scene: Scene, movement: Movement) -> str:
    named = movement.reference.removeprefix("reversal:")
    reference = named.split(":")[1] if movement.kind != "funding" else ""
    kind = tell(scene.data, _kind(movement))
    amount = movement.amount
    shown = f"-{-amount}" if amount.amount_minor < 0 else str(amount)
    return f"{kind} {shown} {reference}".rstrip()


def transactions(scene: Scene) -> str:
    """The latest movements of a wallet or a float, a line each."""
    movements: tuple[Movement, ...] = scene.fact
    if not movements:
        return tell(scene.data, "No transactions yet.")
    return "\n".join(_line(scene, movement) for movement in movements)


STATES = (
    State(
        "wallet", screen=_wallet,
        goes=("wallet.balance", "wallet.pin", "wallet.transactions", "purchases", "fund",
              "draw.amount"),
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
    info("wallet.transactions", transactions, ask=lambda _: GetTransactions()),
)  # fmt: skip
