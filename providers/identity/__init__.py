"""Adapters to identity look-ups, a folder per dialect."""
