"""What the SMPP process does, counted."""

from app.observability.metrics import SMPP


def count(event: str, outcome: str) -> None:
    """Count an event (submitted, sent_again, throttled, receipt, mo, ussd) by its outcome."""
    SMPP.labels(event, outcome).inc()
