"""Runs the whole system on one machine: embedded servers, every role, one supervisor."""
