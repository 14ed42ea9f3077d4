"""Who calls: every view says for whom it opens, and a view without a mark opens for nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from flask import g, request

from app.domain.api_callers import ApiCaller, MerchantCaller, Scope, SubscriberCaller
from app.domain.secret import Secret
from app.security.api_tokens import ACCESS, TokenExpired, TokenRefused
from app.services.api.sign_in import caller_of
from app.web.access import Caller, open_to
from app.web.api.desk import ApiDesk
from app.web.api.openapi import documented
from app.web.api.problems import Problem

View = TypeVar("View", bound=Callable[..., object])
MERCHANT_KEY = "nxk_"
"""How every API key of a merchant begins."""


@dataclass(frozen=True, slots=True)
class Mark:
    """For whom a view opens; `scope` is what a merchant's key must allow."""

    subscribers: bool = False
    merchants: bool = False
    scope: Scope | None = None

    @property
    def anyone(self) -> bool:
        return not self.subscribers and not self.merchants


def by_anyone(view: View) -> View:
    """Opens without a token."""
    return _marked(view, Mark())


def by_subscriber(view: View) -> View:
    """Opens for a signed-in subscriber."""
    return _marked(view, Mark(subscribers=True))


def by_merchant(scope: Scope) -> Callable[[View], View]:
    """Opens for a merchant's key with this scope."""
    return lambda view: _marked(view, Mark(merchants=True, scope=scope))


def by_either(scope: Scope) -> Callable[[View], View]:
    """Opens for a signed-in subscriber, and for a merchant's key with this scope."""
    return lambda view: _marked(view, Mark(subscribers=True, merchants=True, scope=scope))


def _marked(view: View, mark: Mark) -> View:
    view.api_mark = documented(view)["mark"] = mark  # type: ignore[attr-defined]
    return open_to(Caller.API)(view)


def caller() -> ApiCaller:
    """Whoever sent this request; only in views that don't open for anyone."""
    return cast("ApiCaller", g.api_caller)


def subscriber() -> SubscriberCaller:
    """The subscriber who sent this request; only in views that open for nobody else."""
    return cast("SubscriberCaller", g.api_caller)


def authenticate(desk: ApiDesk, mark: Mark) -> ApiCaller | None:
    """Whoever the request's token or key is of; None where nobody need be. Raises Problem."""
    if mark.anyone:
        return None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem("not_signed_in")
    secret = Secret(token.strip())
    if secret.value.startswith(MERCHANT_KEY):
        return _merchant(desk, mark, secret)
    found = _subscriber(desk, secret)
    if not mark.subscribers:
        raise Problem("not_allowed", "This is for merchants' API keys.")
    return found


def _subscriber(desk: ApiDesk, token: Secret) -> SubscriberCaller:
    """One query says whether the sign-in is open and its subscriber isn't blocked."""
    ctx = desk.context
    try:
        claims = desk.tokens.read(ACCESS, token, ctx.clock.now())
    except TokenExpired:
        raise Problem("token_expired") from None
    except TokenRefused:
        raise Problem("invalid_token") from None
    found = caller_of(ctx, claims.sign_in)
    if found is None:
        raise Problem("invalid_token", "Its sign-in has ended.")
    return found


def _merchant(desk: ApiDesk, mark: Mark, key: Secret) -> MerchantCaller:
    found = desk.merchant_of(key) if desk.merchant_of else None
    if found is None:
        raise Problem("invalid_token")
    if not mark.merchants:
        raise Problem("not_allowed", "This is for signed-in subscribers.")
    if mark.scope not in found.scopes:
        raise Problem("not_allowed", f"The key lacks the scope {mark.scope}.")
    return found
