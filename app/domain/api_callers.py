"""Who calls the REST API."""

from dataclasses import dataclass
from enum import StrEnum

from app.domain.msisdn import Msisdn


class Scope(StrEnum):
    """What a merchant's key may do."""

    CATALOGUE_READ = "catalogue:read"
    FLOAT_READ = "float:read"
    PURCHASES_READ = "purchases:read"
    PURCHASES_WRITE = "purchases:write"
    WEBHOOKS_MANAGE = "webhooks:manage"


@dataclass(frozen=True, slots=True)
class SubscriberCaller:
    """A subscriber who signed in; `sign_in` names the chain of tokens."""

    subscriber_id: int
    msisdn: Msisdn
    sign_in: str


@dataclass(frozen=True, slots=True)
class MerchantCaller:
    """A merchant's server. `merchant_id` is the agent's id, `key_id` the public part of the key
    that was used; `live` is false of a key that moves no money; `per_minute` requests are the
    key's."""

    merchant_id: int
    key_id: str
    scopes: frozenset[Scope]
    live: bool
    per_minute: int
