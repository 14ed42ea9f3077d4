"""Who calls the REST API, once that is proved."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.msisdn import Msisdn


class Scope(StrEnum):
    """What a merchant's API key may be used for."""

    CATALOGUE = "catalogue:read"
    BALANCE = "float:read"
    HISTORY = "purchases:read"
    PURCHASE = "purchases:write"
    WEBHOOKS = "webhooks:manage"


@dataclass(frozen=True, slots=True)
class SubscriberCaller:
    """A subscriber's app, signed in by a one-time code. `sign_in` is the id of that sign-in;
    `exempt`: limits of pace don't hold for this subscriber (demo accounts); `hides_balance`: it is
    shown for the PIN only."""

    subscriber_id: int
    msisdn: Msisdn
    sign_in: str
    country: str
    currency: str
    exempt: bool = False
    hides_balance: bool = False

    @property
    def name(self) -> str:
        """Under what name keys and references of the caller are kept, and requests counted."""
        return f"s{self.subscriber_id}"


@dataclass(frozen=True, slots=True)
class MerchantCaller:
    """A merchant's program. `merchant_id` is the agent's id, `key_id` the public part of the key;
    `live` is False for keys that only try things out; `per_minute` requests are the key's."""

    merchant_id: int
    key_id: str
    scopes: frozenset[Scope]
    live: bool
    per_minute: int

    @property
    def name(self) -> str:
        """As of subscribers; what is only tried out is kept apart."""
        return f"m{self.merchant_id}{'' if self.live else 't'}"


ApiCaller = SubscriberCaller | MerchantCaller
