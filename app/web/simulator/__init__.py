"""The phone in the browser, demo mode only."""

from collections.abc import Sequence

from flask import Blueprint


def simulator_blueprint(
    _short_code: str, _sandbox: str, _msisdns: Sequence[str], _budget: int
) -> Blueprint:
    """`/simulator/`."""
    return Blueprint("simulator", __name__)
