"""How each command is written: the answer to `HELP AIR`, and to an `AIR` that can't be read."""

from menus.keywords.vocabulary import Command
from menus.texts.catalogue import later
from menus.texts.vouchers import NO_DIGITS

HELP = later(
    "BAL, AIR 500 PIN, DATA, SEND 500 number PIN, TOPUP, STMT, AGAIN PIN, PROBLEM, LANG, BLOCK PIN,"
    " STOP. How: HELP and the word. Or dial {code}"
)
HELP_WITHOUT_AIRTIME = later(
    "BAL: your balance. BLOCK and your PIN: block your account. Or dial {code}"
)
HELP_OF_AGENTS = later(
    "CASHIN 500 number PIN, PAYOUT 500 number code PIN, FLOAT, ASKFLOAT 500, SENDFLOAT 500 number"
    " PIN, BUYFLOAT 500 PIN. Or dial {code}"
)

USAGE: dict[Command, str] = {
    Command.BAL: later("BAL tells your balance. If it is hidden: BAL and your PIN."),
    Command.AIR: later(
        "AIR, amount, number if it isn't yours, PIN last: AIR 500 08051112222 PIN."
        " Without a PIN we send a code."
    ),
    Command.DATA: later(
        "DATA lists plans. To buy: DATA, plan, number if it isn't yours, PIN last: DATA 1GB 7D PIN"
    ),
    Command.TOPUP: NO_DIGITS,
    Command.SEND: later(
        "SEND, amount, number, PIN last: SEND 500 08051112222 PIN. Without a PIN we send a code."
    ),
    Command.STMT: later("STMT sends your last transactions."),
    Command.PROBLEM: later(
        "PROBLEM and the reference of your receipt: our staff look at it. Like PROBLEM 7K3F9Q"
    ),
    Command.AGAIN: later("AGAIN and your PIN buys once more what you bought last."),
    Command.LANG: later("LANG tells your language. To change it: LANG and its name."),
    Command.BLOCK: later("BLOCK and your PIN blocks your account. A lost PIN? Dial {code}"),
    Command.STOP: later("STOP ends news and offers from us. START brings them back."),
    Command.START: later("STOP ends news and offers from us. START brings them back."),
    Command.YES: later("YES, the code we sent you, your PIN last: YES 123456 PIN"),
    Command.CASHIN: later("CASHIN, the amount, the customer's number, your PIN last."),
    Command.PAYOUT: later(
        "PAYOUT, the amount, the customer's number, the customer's code, your PIN last."
    ),
    Command.FLOAT: later("FLOAT tells your float and commission."),
    Command.ASKFLOAT: later("ASKFLOAT and the amount asks the agent above you for float."),
    Command.SENDFLOAT: later("SENDFLOAT, the amount, the agent's number, your PIN last."),
    Command.BUYFLOAT: later("BUYFLOAT, the amount, your PIN last: from your wallet to your float."),
}
"""All but HELP."""
