"""Logs and metrics: ids and outcomes, never input, MSISDNs masked."""
