"""Settings as their page shows them: what may be changed there, and what the environment says.

A secret is only said to be set or not. Whatever might hold one is taken for one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.db import business_settings
from app.domain.business_settings import SETTINGS, BusinessSetting
from app.services.business_settings import in_words
from app.services.context import Context

_SECRET_ENDS = ("_tokens", "_key", "_keys", "_password", "_secret", "_token", "_hash", "_dsn")
_SECRET_URLS = ("database_url", "migration_database_url", "redis_url")


@dataclass(frozen=True, slots=True)
class Changeable:
    """`value` counts now, `said` is how it is written; `changed_by` is empty while it is the one it
    came with."""

    setting: BusinessSetting
    value: int
    said: str
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """A setting of the environment; `value` of a secret is `set` or `not set`."""

    name: str
    value: str
    secret: bool


def changeable(ctx: Context) -> Sequence[Changeable]:
    with ctx.db.statement() as tx:
        rows = business_settings.everything(tx)
    return [_changeable(one, rows.get(one.name)) for one in SETTINGS.values()]


def _changeable(one: BusinessSetting, row: business_settings.SettingRow | None) -> Changeable:
    value = one.usual if row is None else row.value
    by, at = ("", None) if row is None else (row.changed_by, row.changed_at)
    return Changeable(one, value, in_words(one.name, value), at, by)


def fixed(settings: Any) -> Iterator[Fixed]:
    """Every setting of the environment, by name."""
    for name, value in sorted(settings):
        secret = isinstance(value, SecretStr) or name.endswith(_SECRET_ENDS) or name in _SECRET_URLS
        if secret:
            plain = value.get_secret_value() if isinstance(value, SecretStr) else value
            yield Fixed(name.upper(), "set" if plain else "not set", secret=True)
        else:
            yield Fixed(name.upper(), _said(value), secret=False)


def _said(value: object) -> str:
    match value:
        case None | "" | ():
            return ""
        case bool():
            return "yes" if value else "no"
        case tuple():
            return ", ".join(map(str, value))
    text = str(value)
    return _without_login(text) if "://" in text else text


def _without_login(url: str) -> str:
    """The address without a name and password in it, and without what follows a `?`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
