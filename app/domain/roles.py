"""Who may do what in the back-office: the only place that grants.

Segregation: whoever asks for money to move never lets it move. The finance maker asks, the finance
checker approves; the admin runs people, prices and routes, and neither asks for money nor approves
it; the owner may ask for and approve anything, but never approves what the owner asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """One for each person who signs in."""

    OWNER = "owner"
    ADMIN = "admin"
    FINANCE_MAKER = "finance_maker"
    FINANCE_CHECKER = "finance_checker"
    SUPPORT = "support"
    AUDITOR = "auditor"
    AGENT = "agent"
    AGENT_TELLER = "agent_teller"


class Right(StrEnum):
    """What a page or an act needs. `see_` rights change nothing."""

    OWN_ACCOUNT = "own_account"

    SEE_DASHBOARD = "see_dashboard"
    FIND_SUBSCRIBER = "find_subscriber"
    SEE_SUBSCRIBER = "see_subscriber"
    UNMASK_MSISDN = "unmask_msisdn"
    SEE_ORDERS = "see_orders"
    SEE_QUEUE = "see_queue"
    SEE_CASES = "see_cases"
    SEE_APPROVALS = "see_approvals"
    SEE_LEDGER = "see_ledger"
    SEE_AUDIT = "see_audit"
    SEE_RECONCILIATION = "see_reconciliation"
    SEE_CATALOGUE = "see_catalogue"
    SEE_RATES = "see_rates"
    SEE_ROUTES = "see_routes"
    SEE_VOUCHERS = "see_vouchers"
    FIND_VOUCHER = "find_voucher"
    SEE_KYC = "see_kyc"
    SEE_AGENTS = "see_agents"
    SEE_MESSAGES = "see_messages"
    SEE_STAFF = "see_staff"
    SEE_SETTINGS = "see_settings"
    EXPORT = "export"
    EXPORT_PERSON = "export_person"

    ACT_ON_ORDER = "act_on_order"
    ANSWER_CASE = "answer_case"
    BLOCK_SUBSCRIBER = "block_subscriber"
    CHANGE_SUBSCRIBER = "change_subscriber"
    RESET_PIN = "reset_pin"
    ASK_ERASURE = "ask_erasure"
    ASK_REFUND = "ask_refund"
    ASK_ADJUSTMENT = "ask_adjustment"
    RESOLVE_UNKNOWN = "resolve_unknown"
    RESOLVE_BREAK = "resolve_break"
    MANAGE_CATALOGUE = "manage_catalogue"
    MANAGE_RATES = "manage_rates"
    MANAGE_ROUTES = "manage_routes"
    MANAGE_VOUCHERS = "manage_vouchers"
    MANAGE_KYC = "manage_kyc"
    MANAGE_AGENTS = "manage_agents"
    PUT_FLOAT = "put_float"
    SEND_BROADCAST = "send_broadcast"
    MANAGE_STAFF = "manage_staff"
    GRANT_ROLE = "grant_role"
    RESET_FACTOR = "reset_factor"
    MANAGE_SETTINGS = "manage_settings"

    APPROVE_MONEY = "approve_money"
    APPROVE_PRICE = "approve_price"
    APPROVE_VOUCHERS = "approve_vouchers"
    APPROVE_STAFF = "approve_staff"
    APPROVE_ERASURE = "approve_erasure"

    SELL = "sell"
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    ENROL_SUBSCRIBER = "enrol_subscriber"
    START_PIN_RESET = "start_pin_reset"
    SEE_FLOAT = "see_float"
    SEE_DAY_SHEET = "see_day_sheet"
    SEE_RECEIPTS = "see_receipts"
    ASK_FLOAT = "ask_float"
    MOVE_FLOAT = "move_float"
    SEE_COMMISSION = "see_commission"
    TAKE_COMMISSION = "take_commission"
    MANAGE_SUBAGENTS = "manage_subagents"
    MANAGE_TELLERS = "manage_tellers"
    MANAGE_API = "manage_api"


_SEES_BUSINESS = frozenset({
    Right.OWN_ACCOUNT, Right.SEE_DASHBOARD, Right.FIND_SUBSCRIBER, Right.SEE_SUBSCRIBER,
    Right.SEE_ORDERS, Right.SEE_QUEUE, Right.SEE_CASES, Right.SEE_APPROVALS, Right.SEE_CATALOGUE,
    Right.SEE_RATES, Right.SEE_ROUTES, Right.SEE_AGENTS, Right.SEE_MESSAGES, Right.SEE_KYC,
})  # fmt: skip
_SEES_MONEY = frozenset({
    Right.SEE_LEDGER, Right.SEE_RECONCILIATION, Right.SEE_VOUCHERS, Right.FIND_VOUCHER,
    Right.EXPORT,
})  # fmt: skip
_SEES_PEOPLE = frozenset({Right.SEE_STAFF, Right.SEE_SETTINGS, Right.SEE_AUDIT})
_HELPS = frozenset({
    Right.UNMASK_MSISDN, Right.ACT_ON_ORDER, Right.ANSWER_CASE, Right.BLOCK_SUBSCRIBER,
    Right.CHANGE_SUBSCRIBER, Right.RESET_PIN, Right.FIND_VOUCHER,
    Right.EXPORT_PERSON, Right.ASK_ERASURE,
})  # fmt: skip
_ASKS = frozenset({
    Right.ASK_REFUND, Right.ASK_ADJUSTMENT, Right.RESOLVE_UNKNOWN, Right.RESOLVE_BREAK,
    Right.PUT_FLOAT, Right.MANAGE_RATES, Right.MANAGE_VOUCHERS,
})  # fmt: skip
_RUNS = frozenset({
    Right.MANAGE_CATALOGUE, Right.MANAGE_ROUTES, Right.MANAGE_KYC, Right.MANAGE_AGENTS,
    Right.SEND_BROADCAST, Right.MANAGE_STAFF, Right.GRANT_ROLE, Right.RESET_FACTOR,
    Right.MANAGE_SETTINGS,
})  # fmt: skip
_APPROVES = frozenset({
    Right.APPROVE_MONEY, Right.APPROVE_PRICE, Right.APPROVE_VOUCHERS, Right.APPROVE_STAFF,
    Right.APPROVE_ERASURE,
})  # fmt: skip
_SERVES = frozenset({
    Right.OWN_ACCOUNT, Right.SELL, Right.CASH_IN, Right.CASH_OUT, Right.ENROL_SUBSCRIBER,
    Right.SEE_FLOAT, Right.SEE_DAY_SHEET, Right.SEE_RECEIPTS,
})  # fmt: skip
_SEES_ALL = _SEES_BUSINESS | _SEES_MONEY | _SEES_PEOPLE

GRANTS: Mapping[Role, frozenset[Right]] = MappingProxyType({
    Role.OWNER: _SEES_ALL | _HELPS | _ASKS | _RUNS | _APPROVES,
    Role.ADMIN: _SEES_BUSINESS | _SEES_PEOPLE | _HELPS | _RUNS
    | {Right.EXPORT, Right.APPROVE_STAFF},
    Role.FINANCE_MAKER: _SEES_BUSINESS | _SEES_MONEY | _ASKS
    | {Right.UNMASK_MSISDN, Right.MANAGE_CATALOGUE},
    Role.FINANCE_CHECKER: _SEES_BUSINESS | _SEES_MONEY | _SEES_PEOPLE | _APPROVES
    | {Right.UNMASK_MSISDN},
    Role.SUPPORT: _SEES_BUSINESS | _HELPS | {Right.ASK_REFUND},
    Role.AUDITOR: _SEES_ALL | {Right.UNMASK_MSISDN},
    Role.AGENT: _SERVES | {
        Right.START_PIN_RESET, Right.ASK_FLOAT, Right.MOVE_FLOAT, Right.SEE_COMMISSION,
        Right.TAKE_COMMISSION, Right.MANAGE_SUBAGENTS, Right.MANAGE_TELLERS, Right.MANAGE_API,
    },
    Role.AGENT_TELLER: _SERVES,
})  # fmt: skip

AGENT_ROLES = frozenset({Role.AGENT, Role.AGENT_TELLER})
STAFF_ROLES = frozenset(Role) - AGENT_ROLES


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """`ask` is what one person needs, `approve` what another one does."""

    ask: Right
    approve: Right


TWO_PEOPLE: Mapping[str, TwoPeople] = MappingProxyType({
    "adjust": TwoPeople(Right.ASK_ADJUSTMENT, Right.APPROVE_MONEY),
    "reverse": TwoPeople(Right.ASK_ADJUSTMENT, Right.APPROVE_MONEY),
    "refund": TwoPeople(Right.ASK_REFUND, Right.APPROVE_MONEY),
    "release": TwoPeople(Right.ACT_ON_ORDER, Right.APPROVE_MONEY),
    "resolve_unknown": TwoPeople(Right.RESOLVE_UNKNOWN, Right.APPROVE_MONEY),
    "resolve_break": TwoPeople(Right.RESOLVE_BREAK, Right.APPROVE_MONEY),
    "put_float": TwoPeople(Right.PUT_FLOAT, Right.APPROVE_MONEY),
    "rate": TwoPeople(Right.MANAGE_RATES, Right.APPROVE_PRICE),
    "price": TwoPeople(Right.MANAGE_CATALOGUE, Right.APPROVE_PRICE),
    "commission": TwoPeople(Right.MANAGE_CATALOGUE, Right.APPROVE_PRICE),
    "voucher_batch": TwoPeople(Right.MANAGE_VOUCHERS, Right.APPROVE_VOUCHERS),
    "role": TwoPeople(Right.GRANT_ROLE, Right.APPROVE_STAFF),
    "broadcast": TwoPeople(Right.SEND_BROADCAST, Right.APPROVE_MONEY),
    "setting": TwoPeople(Right.MANAGE_SETTINGS, Right.APPROVE_MONEY),
    "reset_factor": TwoPeople(Right.RESET_FACTOR, Right.APPROVE_STAFF),
    "api_selling": TwoPeople(Right.MANAGE_AGENTS, Right.APPROVE_MONEY),
    "erase": TwoPeople(Right.ASK_ERASURE, Right.APPROVE_ERASURE),
})  # fmt: skip
"""Act -> the rights of both people. What does the act is in app.services.approve."""


def may(role: Role, right: Right) -> bool:
    """Is this granted to the role?"""
    return right in GRANTS[role]
