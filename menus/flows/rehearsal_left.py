"""What a dropped session can have left behind, as long as it gets."""

from menus.engine.left import Left
from menus.engine.session import Value
from menus.flows.resume import TAKEN_UP
from menus.flows.shared import HOME
from menus.texts.longest import AMOUNT, CURRENCY, MASKED, OPERATOR, PLAN_CODE, RECIPIENT


def left_behind(language: str) -> tuple[Left, ...]:
    """One of every state in which a session can be taken up; the wallet is in naira."""
    known: dict[str, Value] = {
        "language": language, "currency": "NGN", "recipient": RECIPIENT, "operator": OPERATOR.code,
        "sold": CURRENCY, "amount": AMOUNT.amount_minor, "plan": PLAN_CODE, "named": MASKED,
        "method": "prompt", "bank": "", "at_agent": "4829",
    }  # fmt: skip
    return tuple(
        Left(state, {key: known[key] for key in taken.kept}, (HOME,))
        for state, taken in TAKEN_UP.items()
    )
