"""What back-office pages are made from."""

from dataclasses import dataclass
from typing import Any

from app.services.context import Context
from app.services.funding_context import FundingContext
from app.services.reconcile import ReconcileContext
from app.services.sms_context import SmsContext
from app.services.vending_context import VendingContext


@dataclass(frozen=True)
class Desk:
    """Given by app.bootstrap.doors. `secret_key` signs cookies; `secure`: cookies go over HTTPS
    only; `limits_at` is where tries per address are counted (an address of Flask-Limiter), and
    `tries` how many an address has at signing in; `redis` keeps cached fragments."""

    context: Context
    vending: VendingContext
    funding: FundingContext
    reconcile: ReconcileContext
    sms: SmsContext
    redis: Any
    settings: Any
    secret_key: bytes
    limits_at: str
    secure: bool = True
    tries: str = "30 per minute"
