"""SMS about cash at an agent, and about float."""

from collections.abc import Callable

from menus.texts.catalogue import later
from menus.texts.wording import Params, plain

AGENT_KINDS: dict[str, Callable[[str, Params], str]] = {
    "cash_in": plain(
        later("{agent} put {amount} into your wallet. Balance {balance}. Ref {reference}")
    ),
    "cash_in_done": plain(
        later(
            "Cash in {amount} for {number} done. You earned {earned}. Float {float}."
            " Ref {reference}"
        )
    ),
    "withdrawal_held": plain(
        later(
            "{amount} is held for your withdrawal until {time}. Unpaid, it comes back."
            " Not you? SMS HELP. Ref {reference}"
        )
    ),
    "withdrawal_void": plain(
        later(
            "Your withdrawal was not paid. Your money is back: {amount}. Balance {balance}."
            " Ref {reference}"
        )
    ),
    "withdrawal_paid": plain(
        later("{agent} paid you {amount} in cash. Fee {fee}. Ref {reference}")
    ),
    "pay_out_done": plain(
        later(
            "You paid {amount} in cash to {number}. You earned {earned}. Float {float}."
            " Ref {reference}"
        )
    ),
    "withdrawal_code": plain(
        later(
            "Code {code} for {amount}. Show it to the agent before {time}. Held: {total}."
            " Ref {reference}"
        )
    ),
    "cash_in_again": plain(later("{amount} is in the wallet of {number}. Ref {reference}")),
    "pay_out_again": plain(later("Pay {amount} in cash to {number} now. Ref {reference}")),
    "float_low": plain(later("Your float is low: {float}. Dial and ask for float.")),
    "float_received": plain(later("{amount} float received. Float {float}. Ref {reference}")),
    "float_asked": plain(
        later("{agent} {number} asks you for {amount} float. Dial to answer. Ref {reference}")
    ),
    "float_declined": plain(later("Your request for {amount} float was declined. Ref {reference}")),
    "commission_taken": plain(
        later("{amount} commission is in your wallet. Balance {balance}. Ref {reference}")
    ),
    "webhook_off": plain(
        later(
            "Your server did not answer for days: webhook {reference} is off. See the back-office."
        )
    ),
}
