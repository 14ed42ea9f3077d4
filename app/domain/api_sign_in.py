"""How signing in to the REST API behaves: one-time codes, and how long a sign-in lasts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.msisdn import Msisdn

CODE_LASTS = timedelta(minutes=5)
CODE_SENT_AGAIN = timedelta(minutes=4)
"""Asked for within this, the same code goes again: whoever asks for codes of somebody else's number
doesn't make the code in its owner's hand worthless."""
CODE_TRIES = 5
ACCESS_LASTS = timedelta(minutes=10)
REFRESH_LASTS = timedelta(days=30)
"""Without being used, a sign-in ends after this; each refresh begins it anew."""
SIGN_IN_LASTS = timedelta(days=90)
"""In any case."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in and how often its tokens were renewed: only a refresh token of this generation is
    good."""

    id: str
    subscriber_id: int
    generation: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WrongCode:
    """Another code, one that was used or is too old, or too many tries; which isn't said."""


@dataclass(frozen=True, slots=True)
class SignInOver:
    """It has ended: signed out, revoked, too old, or its subscriber is blocked."""


@dataclass(frozen=True, slots=True)
class RefreshReused:
    """A refresh token came a second time: somebody has a copy, so the sign-in was ended."""


@dataclass(frozen=True, slots=True)
class Device:
    """One sign-in as its owner sees it: from where, with what, and when it was used last."""

    id: str
    made_at: datetime
    last_used_at: datetime
    address: str
    client: str


@dataclass(frozen=True, slots=True)
class Seen:
    """From where a request came: the address, and what its client says it is."""

    address: str
    client: str


@dataclass(frozen=True, slots=True)
class CodeAsked:
    """A code that was asked for, whoever's the number is; `times` counts how often."""

    id: int
    msisdn: Msisdn
    nonce: bytes
    expires_at: datetime
    times: int
