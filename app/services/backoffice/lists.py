"""Every list there is, by name: an export knows its list by it."""

from collections.abc import Mapping

from app.db.agent_list import AGENTS
from app.db.approval_list import APPROVALS
from app.db.audit_list import AUDIT
from app.db.listing import ListSpec
from app.db.message_list import BROADCASTS, MESSAGES
from app.db.order_list import ORDERS
from app.db.staff_list import STAFF

LISTS: Mapping[str, ListSpec] = {
    spec.name: spec for spec in (ORDERS, APPROVALS, AUDIT, STAFF, AGENTS, MESSAGES, BROADCASTS)
}
