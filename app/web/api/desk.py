"""What the resources of the REST API are made from."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.domain.api_callers import MerchantCaller
from app.domain.secret import Secret
from app.security.api_tokens import ApiTokens
from app.services.context import Context
from app.sessions.rate_limits import RateLimits

MerchantOf = Callable[[Secret], MerchantCaller | None]


@dataclass(frozen=True)
class ApiDesk:
    """Given by app.bootstrap.doors. `tokens` signs and reads those of subscribers; `merchant_of`
    knows whose an API key is, None: there are no merchants; `key` is the server's, for digests of
    bodies."""

    context: Context
    tokens: ApiTokens
    limits: RateLimits
    settings: Any
    key: bytes
    merchant_of: MerchantOf | None = None
