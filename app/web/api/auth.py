"""`/api/auth`: sign in with a one-time code, renew tokens, sign out, see and end own sign-ins."""

from typing import Any

import marshmallow as ma
from flask import request

from app.domain.api_sign_in import (
    ACCESS_LASTS,
    REFRESH_LASTS,
    RefreshReused,
    Seen,
    SignedIn,
    SignInOver,
    WrongCode,
)
from app.domain.secret import Secret
from app.security.api_tokens import ACCESS, REFRESH, Claims, TokenExpired, TokenRefused
from app.services.api.sign_in import ask_code, end_sign_in, give_code, refresh, sign_ins_of
from app.web.api.bodies import Body, Hidden, Number
from app.web.api.callers import by_anyone, by_subscriber, subscriber
from app.web.api.desk import ApiDesk
from app.web.api.openapi import Resource, raises
from app.web.api.problems import Problem
from app.web.api.schemas import Empty

_LONGEST_CLIENT = 120


class CodeWanted(Body):
    msisdn = Number(required=True)


class TokenWanted(Body):
    """The code that came by SMS, or a refresh token."""

    also = {  # noqa: RUF012 - constant
        "if": {"required": ["refresh_token"]},
        "then": {"maxProperties": 1},
        "else": {"required": ["msisdn", "code"]},
    }

    msisdn = Number()
    code = Hidden(
        "[0-9]{6}", "Six digits.",
        metadata={"description": "Six digits, from the SMS.", "example": "492817"},
    )  # fmt: skip
    refresh_token = Hidden("[A-Za-z0-9._-]{1,2048}", "Not a token.")

    @ma.validates_schema
    def _one_of_both(self, data: dict[str, Any], **_: Any) -> None:
        if set(data) not in ({"msisdn", "code"}, {"refresh_token"}):
            raise ma.ValidationError("Send msisdn and code, or refresh_token alone.")


class Tokens(ma.Schema):
    access_token = ma.fields.String(required=True)
    refresh_token = ma.fields.String(
        required=True, metadata={"description": "Works once: each answer has the next one."}
    )
    token_type = ma.fields.String(required=True, metadata={"example": "Bearer"})
    expires_in = ma.fields.Integer(
        required=True,
        metadata={"description": "Seconds for which the access token works.", "example": 600},
    )


class SignIn(ma.Schema):
    id = ma.fields.String(
        required=True, metadata={"example": "7a1c0b0e-5f0e-4a55-9b53-0d6c6f1d2e11"}
    )
    made_at = ma.fields.AwareDateTime(required=True)
    last_used_at = ma.fields.AwareDateTime(required=True)
    address = ma.fields.String(required=True, metadata={"example": "102.89.23.7"})
    client = ma.fields.String(required=True, metadata={"example": "NexusTop/1.4 Android"})
    current = ma.fields.Boolean(required=True)


class SignIns(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(SignIn), required=True)


def resource(desk: ApiDesk) -> Resource:
    auth = Resource("auth", __name__, url_prefix="/api/auth", description="Signing in.")
    ctx = desk.context

    @auth.route("/otp", methods=["POST"])
    @auth.arguments(CodeWanted)
    @auth.response(202, Empty)
    @by_anyone
    def ask(body: dict[str, Any]) -> dict[str, Any]:
        """Ask for a one-time code by SMS

        The answer is the same whether or not anybody has the number.
        """
        ask_code(ctx, body["msisdn"])
        return {}

    @auth.route("/token", methods=["POST"])
    @auth.arguments(TokenWanted)
    @auth.response(200, Tokens)
    @raises("wrong_code", "invalid_token", "token_expired")
    @by_anyone
    def token(body: dict[str, Any]) -> dict[str, Any]:
        """Get tokens for a one-time code, or for a refresh token

        A refresh token works once. One that comes a second time ends its sign-in.
        """
        if "refresh_token" in body:
            return _tokens(desk, _renewed(desk, body["refresh_token"]))
        signed_in = give_code(ctx, body["msisdn"], body["code"], _seen())
        if isinstance(signed_in, WrongCode):
            raise Problem("wrong_code")
        return _tokens(desk, signed_in)

    @auth.route("/sign-out", methods=["POST"])
    @auth.response(204)
    @by_subscriber
    def sign_out() -> str:
        """End this sign-in"""
        end_sign_in(ctx, subscriber().subscriber_id, subscriber().sign_in, "signed_out")
        return ""

    @auth.route("/sign-ins", methods=["GET"])
    @auth.response(200, SignIns)
    @by_subscriber
    def sign_ins() -> dict[str, Any]:
        """Own sign-ins that are open"""
        devices = sign_ins_of(ctx, subscriber().subscriber_id)
        return {
            "items": [
                {
                    "id": one.id, "made_at": one.made_at, "last_used_at": one.last_used_at,
                    "address": one.address, "client": one.client,
                    "current": one.id == subscriber().sign_in,
                }
                for one in devices
            ]
        }  # fmt: skip

    @auth.route("/sign-ins/<uuid:sign_in_id>", methods=["DELETE"])
    @auth.response(204)
    @raises("not_found")
    @by_subscriber
    def revoke(sign_in_id: Any) -> str:
        """End one of one's own sign-ins"""
        if not end_sign_in(ctx, subscriber().subscriber_id, str(sign_in_id), "revoked"):
            raise Problem("not_found")
        return ""

    return auth


def _renewed(desk: ApiDesk, refresh_token: Secret) -> SignedIn:
    try:
        claims = desk.tokens.read(REFRESH, refresh_token, desk.context.clock.now())
    except TokenExpired:
        raise Problem("token_expired", "Sign in again.") from None
    except TokenRefused:
        raise Problem("invalid_token") from None
    renewed = refresh(desk.context, claims.sign_in, claims.generation)
    if isinstance(renewed, SignInOver):
        raise Problem("invalid_token", "Its sign-in has ended.")
    if isinstance(renewed, RefreshReused):
        raise Problem("invalid_token", "It was used before; its sign-in was ended.")
    return renewed


def _tokens(desk: ApiDesk, signed_in: SignedIn) -> dict[str, Any]:
    now = desk.context.clock.now()
    subject = desk.context.factors.sign_in.subject(signed_in.subscriber_id)
    claims = Claims(subject, signed_in.id, signed_in.generation)
    until = min(now + REFRESH_LASTS, signed_in.expires_at)
    access = desk.tokens.sign(ACCESS, claims, now, min(now + ACCESS_LASTS, signed_in.expires_at))
    return {
        "access_token": access.value,
        "refresh_token": desk.tokens.sign(REFRESH, claims, now, until).value,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LASTS.total_seconds()),
    }


def _seen() -> Seen:
    client = "".join(sign for sign in request.user_agent.string if sign.isprintable())
    return Seen(request.remote_addr or "", client[:_LONGEST_CLIENT])
