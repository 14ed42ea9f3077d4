"""Every list there is, by name: an export knows its list by it."""

from collections.abc import Mapping

from app.db.account_list import ACCOUNTS, POSTINGS, WALLET_POSTINGS
from app.db.agent_list import AGENTS
from app.db.approval_list import APPROVALS
from app.db.audit_list import AUDIT
from app.db.break_list import BREAKS
from app.db.identity_list import IDENTITY_CHECKS
from app.db.listing import ListSpec
from app.db.message_list import BROADCASTS, MESSAGES
from app.db.order_list import ORDERS
from app.db.rate_list import RATES
from app.db.run_list import RUNS
from app.db.staff_list import STAFF
from app.db.subscriber_list import SUBSCRIBERS
from app.db.voucher_list import VOUCHERS
from app.db.webhook_list import WEBHOOK_DELIVERIES

LISTS: Mapping[str, ListSpec] = {
    spec.name: spec
    for spec in (
        ORDERS, APPROVALS, AUDIT, RATES, SUBSCRIBERS, IDENTITY_CHECKS, ACCOUNTS, POSTINGS,
        WALLET_POSTINGS, RUNS, BREAKS, VOUCHERS, STAFF, AGENTS, MESSAGES, BROADCASTS,
        WEBHOOK_DELIVERIES,
    )
}  # fmt: skip
