"""Which service answers which request: the one table every channel goes through."""

from collections.abc import Callable
from typing import Any

from app.domain.requests import (
    AddCodeApp,
    ApprovePurchase,
    AskAgain,
    AskApproval,
    AskFloat,
    AskPayInAccount,
    AskSecondFactor,
    BlockAccount,
    BuyAirtime,
    BuyData,
    BuyFloat,
    CashIn,
    ChangePin,
    CheckPin,
    ChoosePin,
    ConfirmCodeApp,
    ConfirmCustomer,
    ConfirmIdentity,
    DeclineFloat,
    Enrol,
    FindApproval,
    FindOperator,
    FindRecipient,
    FindSamePurchase,
    GetAgentDesk,
    GetAgentMovements,
    GetBalance,
    GetBeneficiaries,
    GetCharge,
    GetCodeApp,
    GetFirstRun,
    GetFloatRequests,
    GetFundingWays,
    GetHome,
    GetLimits,
    GetPlans,
    GetPurchases,
    GetRepeatable,
    GetSchedules,
    GetTransactions,
    GiveFloat,
    LookForPayment,
    MakeSchedule,
    Origin,
    PauseSchedule,
    PayOut,
    ProveSecondFactor,
    QuoteAbroad,
    QuoteWithdrawal,
    RedeemVoucher,
    RemoveBeneficiary,
    RemoveCodeApp,
    Reply,
    ReportProblem,
    Request,
    ResumeSchedule,
    RevealBalance,
    SaveBeneficiary,
    SendFloat,
    SendMoney,
    SendStatement,
    SetBalanceHidden,
    SetLanguage,
    StartCharge,
    StopSchedule,
    TakeCommission,
    WhoIs,
    Withdraw,
)
from app.services.agent_desk import get_agent_desk, get_agent_movements, get_float_requests
from app.services.approve_purchase import approve_purchase, ask_approval, find_approval
from app.services.ask_again import ask_again
from app.services.beneficiaries import (
    get_beneficiaries,
    remove_beneficiary,
    save_beneficiary,
)
from app.services.block_account import block_account
from app.services.buy_airtime import buy_airtime
from app.services.buy_data import buy_data
from app.services.cash_in import cash_in
from app.services.change_pin import change_pin
from app.services.check_pin import check_pin
from app.services.choose_pin import choose_pin
from app.services.code_app import (
    add_code_app,
    confirm_code_app,
    get_code_app,
    remove_code_app,
)
from app.services.confirm_identity import confirm_customer, confirm_identity, get_limits
from app.services.context import Context
from app.services.enrol import enrol
from app.services.find_operator import find_operator
from app.services.get_plans import get_plans
from app.services.move_float import ask_float, buy_float, decline_float, give_float, send_float
from app.services.pay_in_account import ask_pay_in_account, look_for_payment
from app.services.pay_out import pay_out
from app.services.profile import set_balance_hidden, set_language, who_is
from app.services.quote_abroad import quote_abroad
from app.services.redeem_voucher import redeem_voucher
from app.services.report_problem import report_problem
from app.services.schedules import (
    get_first_run,
    get_repeatable,
    get_schedules,
    make_schedule,
    pause_schedule,
    resume_schedule,
    stop_schedule,
)
from app.services.second_factor import ask_second_factor, prove_second_factor
from app.services.send_money import find_recipient, send_money
from app.services.send_statement import send_statement
from app.services.start_charge import get_charge, get_funding_ways, start_charge
from app.services.take_commission import take_commission
from app.services.wallet import (
    find_same_purchase,
    get_balance,
    get_home,
    get_purchases,
    get_transactions,
    reveal_balance,
)
from app.services.withdraw import quote_withdrawal, withdraw

_SERVICES: dict[type, Callable[[Context, Origin, Any], Any]] = {
    WhoIs: who_is,
    GetBalance: get_balance,
    GetHome: get_home,
    GetPurchases: get_purchases,
    GetTransactions: get_transactions,
    FindSamePurchase: find_same_purchase,
    FindOperator: find_operator,
    FindRecipient: find_recipient,
    ChoosePin: choose_pin,
    Enrol: enrol,
    CheckPin: check_pin,
    ChangePin: change_pin,
    RevealBalance: reveal_balance,
    BlockAccount: block_account,
    SetLanguage: set_language,
    SetBalanceHidden: set_balance_hidden,
    QuoteAbroad: quote_abroad,
    BuyAirtime: buy_airtime,
    GetPlans: get_plans,
    BuyData: buy_data,
    GetBeneficiaries: get_beneficiaries,
    SaveBeneficiary: save_beneficiary,
    RemoveBeneficiary: remove_beneficiary,
    GetSchedules: get_schedules,
    GetRepeatable: get_repeatable,
    GetFirstRun: get_first_run,
    MakeSchedule: make_schedule,
    PauseSchedule: pause_schedule,
    StopSchedule: stop_schedule,
    ResumeSchedule: resume_schedule,
    SendMoney: send_money,
    GetFundingWays: get_funding_ways,
    AskPayInAccount: ask_pay_in_account,
    StartCharge: start_charge,
    GetCharge: get_charge,
    LookForPayment: look_for_payment,
    RedeemVoucher: redeem_voucher,
    AskAgain: ask_again,
    ReportProblem: report_problem,
    SendStatement: send_statement,
    QuoteWithdrawal: quote_withdrawal,
    Withdraw: withdraw,
    GetAgentDesk: get_agent_desk,
    GetAgentMovements: get_agent_movements,
    GetFloatRequests: get_float_requests,
    CashIn: cash_in,
    PayOut: pay_out,
    SendFloat: send_float,
    BuyFloat: buy_float,
    AskFloat: ask_float,
    GiveFloat: give_float,
    DeclineFloat: decline_float,
    TakeCommission: take_commission,
    AskSecondFactor: ask_second_factor,
    ProveSecondFactor: prove_second_factor,
    AskApproval: ask_approval,
    FindApproval: find_approval,
    ApprovePurchase: approve_purchase,
    GetCodeApp: get_code_app,
    AddCodeApp: add_code_app,
    ConfirmCodeApp: confirm_code_app,
    RemoveCodeApp: remove_code_app,
    GetLimits: get_limits,
    ConfirmIdentity: confirm_identity,
    ConfirmCustomer: confirm_customer,
}


def perform(ctx: Context, origin: Origin, request: Request) -> Reply:
    """Answer a query or run a command for the dialling MSISDN."""
    reply: Reply = _SERVICES[type(request)](ctx, origin, request)
    return reply
