"""Who a request comes from: a token in the signed cookie, everything else in the database.

The token changes with each step (password, code, step-up), and the cookie is begun anew with it, so
nothing that was set before a step is worth anything after it.
"""

from urllib.parse import unquote, urlsplit

from flask import current_app, request, session, url_for
from flask_login import LoginManager, UserMixin, confirm_login, current_user, login_user

from app.domain.secret import Secret
from app.domain.sign_in import Where
from app.services.backoffice.person import Person
from app.services.backoffice.web_session import person_of
from app.services.context import Context

ROOT = "/backoffice/"
_LONGEST_BROWSER = 200
_PENDING, _NEXT = "pending", "next"


class SignedIn(UserMixin):
    """What Flask-Login knows of a person."""

    def __init__(self, token: Secret, person: Person) -> None:
        self.token = token
        self.person = person

    def get_id(self) -> str:
        return self.token.value


def login_manager(ctx: Context) -> LoginManager:
    """Flask-Login on our sessions. Another address or browser makes a session stale, so money asks
    for a code; ending it would put out whoever moves between mobile cells."""
    manager = LoginManager()
    manager.session_protection = "basic"

    @manager.user_loader
    def load(token: str) -> SignedIn | None:
        view = current_app.view_functions.get(request.endpoint or "")
        found = person_of(ctx, Secret(token), passive=getattr(view, "passive", False))
        return SignedIn(Secret(token), found) if found else None

    return manager


def where() -> Where:
    """From where this request comes."""
    browser = request.headers.get("User-Agent", "").encode("ascii", "replace").decode()
    return Where(request.remote_addr or "", browser[:_LONGEST_BROWSER])


def signed_in_person() -> Person | None:
    """Whoever holds the cookie, if anybody does."""
    return current_user.person if current_user.is_authenticated else None


def token() -> Secret:
    """The session's token; only where somebody is signed in."""
    found: Secret = current_user.token
    return found


def wait_for_code(pending: Secret) -> None:
    """The password was right: begin the cookie anew, with what waits for the code."""
    wanted = session.get(_NEXT)
    session.clear()
    session[_PENDING] = pending.value
    if wanted:
        session[_NEXT] = wanted


def pending_token() -> Secret | None:
    """What waits for a code in this browser."""
    found = session.get(_PENDING)
    return Secret(found) if isinstance(found, str) else None


def begin(ctx: Context, started: Secret) -> str:
    """A session began: the cookie holds its token and nothing of before; where to go now."""
    wanted = own_path(session.get(_NEXT))
    session.clear()
    found = person_of(ctx, started)
    if found is not None:
        login_user(SignedIn(started, found))
    return wanted


def go_on_as(person: Person, fresh: Secret) -> None:
    """After a step-up the session goes on under a fresh token."""
    login_user(SignedIn(fresh, person))
    confirm_login()


def remember_where_to(wanted: str | None) -> None:
    """Where to go after signing in."""
    if wanted:
        session[_NEXT] = own_path(wanted)


def own_path(wanted: str | None) -> str:
    """The path, when it is one of the back-office's own; else its front page."""
    front: str = url_for("front.front")
    if not wanted or len(wanted) > 500:
        return front
    parts = urlsplit(wanted)
    path = unquote(parts.path)
    strange = "\\" in path or "//" in path or ".." in path or not unquote(wanted).isprintable()
    if parts.scheme or parts.netloc or strange or not path.startswith(ROOT):
        return front
    return wanted
