"""What is stored now, as gauges for /metrics."""

from collections.abc import Mapping

from app.db import gauges, outbox
from app.db.engine import Database
from app.db.errors import DatabaseUnavailable

Gauges = Mapping[str, tuple[str, str, Mapping[str, float]]]
"""Name -> (what it means, its label or "", values by label)."""


def stored_state(db: Database) -> Gauges:
    """Read at each scrape; nothing when the database is away."""
    try:
        with db.statement() as tx:
            return {
                "nexustop_orders": (
                    "Orders open now, and ended within the hour, by state", "state",
                    gauges.orders_by_state(tx),
                ),
                "nexustop_oldest_open_order_seconds": (
                    "Age of the oldest open order", "", {"": gauges.oldest_open_seconds(tx)}
                ),
                "nexustop_outbox_depth": (
                    "Jobs waiting for the relay", "", {"": outbox.depth(tx)}
                ),
                "nexustop_sms_waiting": (
                    "MT SMS not handed over yet", "", {"": gauges.sms_waiting(tx)}
                ),
                "nexustop_sms_turned_away": (
                    "SMS asked for too often and not sent, in 24 hours, by guard", "guard",
                    gauges.sms_turned_away(tx),
                ),
                "nexustop_sms_parts": (
                    "SMS parts of a country's day", "country", gauges.sms_parts_today(tx)
                ),
                "nexustop_sms_gateway_weight": (
                    "Share of an SMS gateway, 0 when stopped, 100 without a row", "gateway",
                    gauges.sms_gateway_weights(tx),
                ),
                "nexustop_smpp_links": (
                    "SMPP links: bound, throttled; their windows, and what is in flight", "what",
                    gauges.smpp_links(tx),
                ),
                "nexustop_smpp_waiting": (
                    "Short messages the SMSC hasn't answered for", "",
                    {"": gauges.smpp_waiting(tx)},
                ),
                "nexustop_smpp_oldest_unsent_seconds": (
                    "Age of the oldest of them", "", {"": gauges.smpp_oldest_unsent_seconds(tx)}
                ),
                "nexustop_payment_events_waiting": (
                    "What payment providers told us and isn't dealt with", "",
                    {"": gauges.payment_events_waiting(tx)},
                ),
                "nexustop_open_charges": (
                    "Charges that subscribers haven't agreed to yet", "",
                    {"": gauges.open_charges(tx)},
                ),
                "nexustop_transfers_waiting": (
                    "Transfers whose recipient hasn't registered", "",
                    {"": gauges.transfers_waiting(tx)},
                ),
                "nexustop_identity_checks_waiting": (
                    "Identity numbers that nobody has answered about", "",
                    {"": gauges.identity_checks_waiting(tx)},
                ),
                "nexustop_retention_rows": (
                    "Rows that the daily job has removed", "table", gauges.retention_rows(tx)
                ),
                "nexustop_retention_oldest_seconds": (
                    "Age of the oldest row it left", "table", gauges.retention_oldest(tx)
                ),
                "nexustop_open_breaks": (
                    "Breaks that staff must look at", "", {"": gauges.open_breaks(tx)}
                ),
                "nexustop_check_age_seconds": (
                    "Since everything was recomputed", "books", gauges.check_ages(tx)
                ),
                "nexustop_check_differences": (
                    "What recomputing found", "books", gauges.check_differences(tx)
                ),
                "nexustop_late_cases": (
                    "Complaints that should have been answered", "", {"": gauges.late_cases(tx)}
                ),
                "nexustop_provider_float_minor": (
                    "Float as each provider tells it", "provider", gauges.provider_floats(tx)
                ),
                "nexustop_provider_stopped": (
                    "1 while nothing is routed to it", "provider", gauges.stopped_providers(tx)
                ),
            }  # fmt: skip
    except DatabaseUnavailable:
        return {}
