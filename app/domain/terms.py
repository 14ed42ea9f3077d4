"""The terms that a subscriber accepts by registering."""

TERMS_VERSION = "2026-01"
"""Set a new one with each change of what stands at the address that the screen names."""
