"""Encrypt again, under the current key, what is stored under an older one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from app.db import factors, identity, subscribers, web_accounts, webhook_endpoints
from app.db.engine import Transaction
from app.domain.secret import Secret
from app.security.factors import app_key_place
from app.security.field_encryption import Place, Unreadable
from app.services.backoffice.web_code import key_place
from app.services.confirm_identity import number_place
from app.services.context import Context
from app.services.merchants.endpoints import SECRET, SECRET_BEFORE, secret_place
from app.services.verified_name import name_place

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many fields are under the current key now, and how many no key opens."""

    fields: int
    unreadable: int


@dataclass(frozen=True, slots=True)
class _Field:
    """A stored field, and what puts it back encrypted anew."""

    row: int
    place: Place
    stored: str
    put_back: Callable[[Secret], None]


def renew_fields(ctx: Context) -> Renewed:
    """Numbers with their blind indexes, names, keys of code apps (subscribers', staff's, and those
    of agents' people), and what signs webhooks; a commit for every few hundred, so it may be
    stopped and run again.
    Once nothing is left, older keys may be taken out of the settings."""
    fields = unreadable = 0
    for find in (
        _numbers, _names, _app_keys, partial(_keys, "staff"), partial(_keys, "agent"),
        partial(_webhook_secrets, SECRET), partial(_webhook_secrets, SECRET_BEFORE),
    ):  # fmt: skip
        last = 0
        while True:
            with ctx.db.transaction() as tx:
                batch = find(ctx, tx, last)
                for field in batch:
                    opened = _opened(ctx, field)
                    if opened is not None:
                        field.put_back(opened)
                        fields += 1
                    else:
                        unreadable += 1
            if not batch:
                break
            last = batch[-1].row
    return Renewed(fields, unreadable)


def _opened(ctx: Context, field: _Field) -> Secret | None:
    try:
        return ctx.fields.decrypt(field.stored, field.place)
    except Unreadable:
        return None


def _numbers(ctx: Context, tx: Transaction, after: int) -> list[_Field]:
    def field(check_id: int, document: str, stored: str) -> _Field:
        place = number_place(check_id)

        def put_back(number: Secret) -> None:
            fresh, indexes = ctx.fields.encrypt(number, place), ctx.fields.indexes(document, number)
            identity.renew_number(tx, check_id, stored, fresh, indexes[0])

        return _Field(check_id, place, stored, put_back)

    found = identity.numbers_not_under(tx, ctx.fields.prefix, after, _BATCH)
    return [field(*row) for row in found]


def _names(ctx: Context, tx: Transaction, after: int) -> list[_Field]:
    def field(subscriber_id: int, stored: str) -> _Field:
        place = name_place(subscriber_id)

        def put_back(name: Secret) -> None:
            subscribers.renew_name(tx, subscriber_id, stored, ctx.fields.encrypt(name, place))

        return _Field(subscriber_id, place, stored, put_back)

    found = subscribers.names_not_under(tx, ctx.fields.prefix, after, _BATCH)
    return [field(*row) for row in found]


def _app_keys(ctx: Context, tx: Transaction, after: int) -> list[_Field]:
    def field(subscriber_id: int, stored: str) -> _Field:
        place = app_key_place(subscriber_id)

        def put_back(key: Secret) -> None:
            factors.renew_app_key(tx, subscriber_id, stored, ctx.fields.encrypt(key, place))

        return _Field(subscriber_id, place, stored, put_back)

    found = factors.app_keys_not_under(tx, ctx.fields.prefix, after, _BATCH)
    return [field(*row) for row in found]


def _keys(kind: str, ctx: Context, tx: Transaction, after: int) -> list[_Field]:
    def field(person_id: int, stored: str) -> _Field:
        place = key_place(kind, person_id)

        def put_back(key: Secret) -> None:
            fresh = ctx.fields.encrypt(key, place)
            web_accounts.renew_key(tx, kind, person_id, stored, fresh)

        return _Field(person_id, place, stored, put_back)

    found = web_accounts.keys_not_under(tx, kind, ctx.fields.prefix, after, _BATCH)
    return [field(*row) for row in found]


def _webhook_secrets(column: str, ctx: Context, tx: Transaction, after: int) -> list[_Field]:
    def field(endpoint_id: int, stored: str) -> _Field:
        place = secret_place(endpoint_id, column)

        def put_back(secret: Secret) -> None:
            fresh = ctx.fields.encrypt(secret, place)
            webhook_endpoints.renew_secret(tx, column, endpoint_id, stored, fresh)

        return _Field(endpoint_id, place, stored, put_back)

    found = webhook_endpoints.secrets_not_under(tx, column, ctx.fields.prefix, after, _BATCH)
    return [field(*row) for row in found]
