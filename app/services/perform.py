"""Which service answers which request: the one table every channel goes through."""

from collections.abc import Callable
from typing import Any

from app.domain.requests import (
    AskAgain,
    AskPayInAccount,
    BlockAccount,
    BuyAirtime,
    ChangePin,
    CheckPin,
    ChoosePin,
    Enrol,
    FindRecipient,
    FindSamePurchase,
    GetBalance,
    GetHome,
    GetPurchases,
    GetTransactions,
    LookForPayment,
    Origin,
    Reply,
    ReportProblem,
    Request,
    RevealBalance,
    SendMoney,
    SetBalanceHidden,
    SetLanguage,
    WhoIs,
)
from app.services.block_account import block_account
from app.services.buy_airtime import buy_airtime
from app.services.change_pin import change_pin
from app.services.check_pin import check_pin
from app.services.choose_pin import choose_pin
from app.services.context import Context
from app.services.enrol import enrol
from app.services.pay_in_account import ask_pay_in_account, look_for_payment
from app.services.profile import set_balance_hidden, set_language, who_is
from app.services.report_problem import ask_again, report_problem
from app.services.send_money import find_recipient, send_money
from app.services.wallet import (
    find_same_purchase,
    get_balance,
    get_home,
    get_purchases,
    get_transactions,
    reveal_balance,
)

_SERVICES: dict[type, Callable[[Context, Origin, Any], Any]] = {
    WhoIs: who_is,
    GetBalance: get_balance,
    GetHome: get_home,
    GetPurchases: get_purchases,
    GetTransactions: get_transactions,
    FindSamePurchase: find_same_purchase,
    FindRecipient: find_recipient,
    ChoosePin: choose_pin,
    Enrol: enrol,
    CheckPin: check_pin,
    ChangePin: change_pin,
    RevealBalance: reveal_balance,
    BlockAccount: block_account,
    SetLanguage: set_language,
    SetBalanceHidden: set_balance_hidden,
    BuyAirtime: buy_airtime,
    SendMoney: send_money,
    AskPayInAccount: ask_pay_in_account,
    LookForPayment: look_for_payment,
    AskAgain: ask_again,
    ReportProblem: report_problem,
}


def perform(ctx: Context, origin: Origin, request: Request) -> Reply:
    """Answer a query or run a command for the dialling MSISDN."""
    reply: Reply = _SERVICES[type(request)](ctx, origin, request)
    return reply
