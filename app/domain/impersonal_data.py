"""Columns that hold nothing of a subscriber, and why. With app.domain.personal_data they are all
columns that could."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

_PRICES = "what is sold, for how much, by whom"
_PEERS = "how vendors and gateways do"
_COUNTS = "counts of many people"
_STAFF = "staff, agents' tellers and what they set; retention ends their sign-ins"
_BOOKS = "the books and checks of them: references and digests; no number stands in them"
_OWN = "the program's own state"

_WHY: Mapping[str, Mapping[str, str]] = {
    _PRICES: {
        "broadcasts": "counts ended_why language made_by operator state texts ticket",
        "catalogue_changes": "decided_by operator product provider state",
        "offers": "code operator product provider source",
        "product_prices": "code operator set_by",
        "products": "code family kind operator",
        "tariffs": "act bands",
        "voucher_batches": "approved_by ended_by made_by reason state",
    },
    _PEERS: {
        "maintenance": "operator provider reason set_by",
        "provider_answers": "by item provider",
        "provider_states": "name stopped_by stopped_code",
        "route_decisions": "chosen routes",
        "route_rules": "kind operator provider reason set_by",
        "route_standings": "operator provider",
        "smpp_heard": "digest gateway_id link",
        "smpp_links": "name",
        "smpp_receipts": "message_id reason state",
        "sms_gateways": "name stopped_by why",
        "topup_reversals": "external_id provider",
        "validations": "provider transaction_id",
        "vendor_words": "code external_id provider word",
        "webhook_tries": "answer fault",
    },
    _COUNTS: {
        "closed_prefixes": "prefix",
        "code_counts": "prefix",
        "order_ends": "channel kind operator outcome",
        "order_hours": "channel kind operator outcome",
        "sms_costs": "country",
        "sms_parts": "country",
        "ussd_funnel": "channel language network screen",
        "ussd_session_ends": "channel cost session status",
    },
    _STAFF: {
        "exports": "asked format list person state zone",
        "pending_sign_ins": "digest kind sealed_key",
        "recovery_codes": "digest kind",
        "sign_in_counts": "name step",
        "staff": "added_by email password_hash role sealed_key zone",
        "unmaskings": "session",
        "web_sessions": "address browser digest ended_why kind",
    },
    _BOOKS: {
        "audit": "digest previous",
        "audit_checks": "first what",
        "ledger_checks": "first",
        "ledger_links": "about reference why",
        "ledger_transactions": "digest kind reference",
        "reconciliations": "digest found provider reason state",
        "seals": "digest previous",
        "trial_balances": "kind",
    },
    _OWN: {
        "alembic_version": "version_num",
        "business_settings": "changed_by name",
        "field_renewals": "key_id place",
        "outbox": "topic",
        "retention_runs": "name",
        "risk_marks": "name",
    },
}

IMPERSONAL: Mapping[str, Sequence[str]] = MappingProxyType({
    why: [f"{table}.{column}" for table, columns in tables.items() for column in columns.split()]
    for why, tables in _WHY.items()
})  # fmt: skip
"""Why -> `table.column`."""
