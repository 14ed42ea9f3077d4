"""What an agent reads when something can't be done: what is wrong, and what to do next."""

from collections.abc import Mapping

from app.domain.requests import (
    CashLimitReached,
    CodeWrong,
    NotEnough,
    PlanGone,
    PriceChanged,
    Refusal,
    Refused,
)
from app.services.backoffice.customers import PIN_RESETS_A_DAY, Enrolled, Reset
from app.services.backoffice.team import Opened

Undone = NotEnough | CashLimitReached | CodeWrong | PlanGone | PriceChanged | Refused

_REFUSED: Mapping[Refusal, str] = {
    Refusal.NOT_SOLD_HERE: "This amount isn't sold. Type another amount.",
    Refusal.NO_SUCH_CUSTOMER: "That number isn't registered here, or it is your own. Check the"
    " number, or enrol the customer first.",
    Refusal.NO_CASH_HERE: "Cash of this amount can't be moved here. Type a smaller amount.",
    Refusal.CANNOT_RECEIVE: "The customer's wallet can't take in so much. Type a smaller amount, or"
    " have the customer raise their limits by phone.",
    Refusal.NOT_AN_AGENT: "This agent is closed. Ask your operator's staff.",
    Refusal.BLOCKED: "The agent's account is blocked. Ask your operator's staff.",
    Refusal.NO_SUCH_AGENT: "There is no open agent with that number below you. Check the number.",
    Refusal.NOTHING_OPEN: "This request is over: it was answered, or it is too old.",
    Refusal.NOTHING_TO_TAKE: "There is no commission to take yet.",
    Refusal.TOO_MANY_WRONG: "Too many wrong codes from here. Cash-out opens again within an hour.",
    Refusal.WALLET_FULL: "Your wallet can't take in so much. Take the commission into your float.",
}

ENROLLED: Mapping[Enrolled, str] = {
    Enrolled.BEFORE: "That number is registered already. If the PIN is forgotten, start a new one.",
    Enrolled.ELSEWHERE: "Only numbers of your own country can be enrolled here.",
    Enrolled.TOO_MANY: "You have enrolled as many customers today as one person may. Others of your"
    " team can go on, or you tomorrow.",
}

RESET: Mapping[Reset, str] = {
    Reset.NOT_REGISTERED: "That number isn't registered. Check the number, or enrol the customer.",
    Reset.SIM_SWAPPED: "The SIM of this number was changed lately, so no new PIN is sent. The"
    " customer must see the operator's staff with their papers.",
    Reset.SIM_UNCHECKED: "The network is being asked about the SIM. Try again in a minute.",
    Reset.TOO_MANY: f"You have started {PIN_RESETS_A_DAY} new PINs today, as many as you may. Send"
    " the customer to the operator's staff.",
    Reset.OWN: "Your own PIN is changed on your handset, or by the operator's staff.",
}

OPENED: Mapping[Opened, str] = {
    Opened.NOT_REGISTERED: "That number isn't registered. Enrol it first.",
    Opened.AGENT_BEFORE: "That number is an agent already, or was one. Only the operator's staff"
    " can move agents.",
    Opened.ELSEWHERE: "An agent below you needs a number of your own country.",
}


def why_not(said: Undone) -> str:
    """One sentence or two. Nothing was done."""
    match said:
        case NotEnough():
            missing = said.price - said.balance
            return (
                f"There is {said.balance}, this needs {said.price}: {missing} is missing."
                " Nothing was done."
            )
        case CashLimitReached():
            return (
                f"The limit for cash is reached: {said.left} may still be moved today."
                " Nothing was done."
            )
        case CodeWrong():
            return (
                "Pay nothing. Number, amount and code don't belong together, or the time is over."
                " After three wrong tries the customer must ask for a new code."
            )
        case PlanGone():
            return "This plan isn't sold any more. Nothing was done. Choose another one."
        case PriceChanged():
            return f"It costs {said.now.price} now. Nothing was done. Look at it again."
        case Refused():
            return _REFUSED.get(said.why, "This can't be done now. Nothing was done.")
