"""How often what may be asked: a table of rules by endpoint, all of a request's in one Redis trip.

An endpoint that has no line here falls under READS or WRITES. `most` names a setting; a merchant's
key has a limit of its own, for all it asks.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, g, request

from app.domain.api_callers import ApiCaller, MerchantCaller, SubscriberCaller
from app.domain.errors import NotAnMsisdn
from app.domain.msisdn import parse_msisdn
from app.sessions.connection import Away
from app.sessions.rate_limits import Limit, RateLimits, Taken
from app.web.api.bodies import json_body
from app.web.api.openapi import PREFIX
from app.web.api.problems import Problem

_MINUTE, _HOUR = 60, 3600
_PREFIX = len("+") + 8
_EXEMPT_FACTOR = 100
"""Whoever no limit of pace binds gets so much more; headers still say how much."""
READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Asking:
    """A request as the rules see it."""

    caller: ApiCaller | None
    address: str

    @property
    def name(self) -> str:
        """Under what requests are counted: the subscriber, the merchant, or the address."""
        return self.address if self.caller is None else self.caller.name

    @property
    def number(self) -> str:
        """The `msisdn` in the body as far as it is one; empty where there is none."""
        try:
            body = json_body()
            said = body.get("msisdn") if isinstance(body, dict) else None
            return parse_msisdn(said) if isinstance(said, str) else ""
        except (Problem, NotAnMsisdn):
            return ""


Key = Callable[[Asking], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """At most as many as the setting `most` says in `seconds` of whoever `key` names; an empty name
    isn't counted. `strict`: even what only reads isn't done when it can't be counted."""

    name: str
    key: Key
    most: str
    seconds: int
    strict: bool = False


def _caller(asking: Asking) -> str:
    return asking.name


def _address(asking: Asking) -> str:
    return asking.address


def _number(asking: Asking) -> str:
    return asking.number


def _prefix(asking: Asking) -> str:
    return asking.number[:_PREFIX]


READS = (Rule("api-reads", _caller, "api_reads_per_caller", _MINUTE),)
WRITES = (Rule("api-writes", _caller, "api_writes_per_caller", _MINUTE),)
TRIES = (Rule("api-tries", _address, "api_tries_per_address", _MINUTE),)
"""Of tokens and codes that turn out wrong, and of codes at all."""
RULES: dict[str, tuple[Rule, ...]] = {
    "auth.ask": (
        Rule("api-codes-number", _number, "api_codes_per_number", _HOUR),
        Rule("api-codes-address", _address, "api_codes_per_address", _HOUR),
        Rule("api-codes-prefix", _prefix, "api_codes_per_prefix", _HOUR),
    ),
    "auth.token": TRIES,
    "transfers.found": (
        Rule("api-recipients", _caller, "api_recipients_per_caller", _HOUR, strict=True),
    ),
    "statements.statement": (Rule("api-statements", _caller, "api_statements_per_caller", _HOUR),),
}
"""Endpoint -> its rules, instead of READS or WRITES."""


class Limiter:
    """Counts requests by the rules; `settings` say how much is much."""

    def __init__(self, limits: RateLimits, settings: Any) -> None:
        self._limits = limits
        self._settings = settings

    def take(self, caller: ApiCaller | None) -> None:
        """Count this request. Raises Problem when it is one too many, or costs something and can't
        be counted."""
        usual = READS if request.method in READ_METHODS else WRITES
        self._take(RULES.get((request.endpoint or "").removeprefix(PREFIX), usual), caller)

    def refused(self) -> None:
        """Count a request that nobody could be found for. Raises Problem when it is one too
        many."""
        self._take(TRIES, None)

    def _take(self, rules: tuple[Rule, ...], caller: ApiCaller | None) -> None:
        asking = Asking(caller, request.remote_addr or "")
        wanted = [limit for rule in rules if (limit := self._limit(rule, asking))]
        if not wanted:
            return
        try:
            taken = self._limits.take(wanted)
        except Away:
            if request.method in READ_METHODS and not any(rule.strict for rule in rules):
                return
            raise Problem("try_later", "It can't be counted now.", retry_after=1) from None
        g.api_limit = taken
        if not taken.allowed:
            raise Problem("too_many_requests", retry_after=max(taken.reset_seconds, 1))

    def _limit(self, rule: Rule, asking: Asking) -> Limit | None:
        key = rule.key(asking)
        if not key:
            return None
        if isinstance(asking.caller, MerchantCaller):
            return Limit("api-key", asking.caller.key_id, asking.caller.per_minute, _MINUTE)
        limit = Limit(rule.name, key, int(getattr(self._settings, rule.most)), rule.seconds)
        return _widened(limit) if _exempt(asking.caller) else limit


def _exempt(caller: ApiCaller | None) -> bool:
    return isinstance(caller, SubscriberCaller) and caller.exempt


def _widened(limit: Limit) -> Limit:
    return replace(limit, most=limit.most * _EXEMPT_FACTOR)


def show(response: Response) -> None:
    """What is left of the tightest limit, in its headers."""
    taken: Taken | None = g.get("api_limit")
    if taken is not None:
        response.headers["RateLimit-Limit"] = str(taken.limit.most)
        response.headers["RateLimit-Remaining"] = str(taken.remaining)
        response.headers["RateLimit-Reset"] = str(taken.reset_seconds)
