"""Somebody who is signed in to the back-office already: a session made by the services, in a cookie
signed as the application signs it."""

import hashlib
import hmac

from flask import Flask
from flask.sessions import SecureCookieSessionInterface

from app.bootstrap import Parts
from app.db import web_accounts, web_sessions

COOKIE_NAME = "nexustop_backoffice"


def signed_in_cookie(made: Parts, kind: str, name: str, browser: str) -> str:
    """The cookie of a new session of this account; `browser` is what it calls itself."""
    ctx = made.context
    token = ctx.factors.web.new_token()
    with ctx.db.transaction() as tx:
        account = web_accounts.find(tx, kind, name)
        assert account is not None
        digest = ctx.factors.web.token(token)
        web_sessions.begin(
            tx, digest, kind, account.id, ctx.clock.now(), "127.0.0.1", browser[:200]
        )
    # Another sum than Flask-Login's would make the session stale: money would ask for a code.
    seen = hashlib.sha512(f"{b'127.0.0.1'!r}|{browser.encode()!r}".encode()).hexdigest()
    return _signed(made, {"_user_id": token.value, "_fresh": True, "_id": seen})


def _signed(made: Parts, content: dict[str, object]) -> str:
    key = made.settings.secret_key.get_secret_value().encode()
    app = Flask("signs")
    app.secret_key = hmac.digest(key, b"back-office cookies", "sha256")
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    signed: str = signer.dumps(content)
    return signed
