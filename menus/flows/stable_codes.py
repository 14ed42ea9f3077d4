"""What a stable code stands for, as a move from the main menu."""

from collections.abc import Mapping

from app.domain.aliases import Destination, is_code
from app.domain.money import Money
from app.domain.operators import operators_in
from menus.engine.machine import Alias
from menus.engine.session import Data
from menus.engine.state import Move

_STATES = {
    Destination.WALLET: "wallet",
    Destination.ADD_MONEY: "fund",
    Destination.PURCHASES: "purchases",
    Destination.AGENT: "agent",
}


def alias(meant: Mapping[str, str]) -> Alias:
    """By code what is meant; any other code is an amount of airtime for oneself, where airtime of
    so much is sold (`500`, `050`)."""

    def find(data: Data, typed: str) -> Move | None:
        if not is_code(typed):
            return None
        name = meant.get(typed)
        if name is None:
            return _airtime(data, int(typed))
        if name == Destination.AGENT and not data["agent"]:
            return None
        if name in set(Destination):
            return Move(_STATES[Destination(name)])
        return Move("buy.dialled", {"data": 1, "plan": name})

    return find


def _airtime(data: Data, whole: int) -> Move | None:
    amount = Money.of_units(whole, str(data["currency"]))
    sold = any(
        operator.airtime_min <= amount <= operator.airtime_max
        for operator in operators_in(str(data["country"]))
    )
    return Move("buy.dialled", {"amount": amount.amount_minor}) if sold else None
