"""Every kind of stored field that can be encrypted anew: how its rows are found and put back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from app.db import (
    exchanges,
    factors,
    funding,
    hop_numbers,
    identity,
    subscribers,
    virtual_accounts,
    web_accounts,
    webhook_endpoints,
)
from app.db.engine import Transaction
from app.db.exchanges import ExchangeRow
from app.db.funding import EventRow, PaidInto
from app.db.hop_numbers import StoredNumber
from app.db.virtual_accounts import AccountRow
from app.domain.documents import Document
from app.domain.secret import Secret
from app.security.factors import app_key_place
from app.security.field_encryption import FieldCipher
from app.services.backoffice.web_code import key_place
from app.services.confirm_identity import number_place
from app.services.exchanges_about import open_bodies, seal_bodies
from app.services.hop_number import HopName, indexes, open_number
from app.services.merchants.endpoints import SECRET, SECRET_BEFORE, secret_place
from app.services.payment_fields import (
    open_account_row,
    open_event,
    open_paid_into,
    seal_account,
    seal_event,
    seal_paid_into,
)
from app.services.verified_name import name_place


@dataclass(frozen=True, slots=True)
class Stored:
    """A row's field: `renew` reads it under any key and puts it back under the current one. It
    raises Unreadable."""

    row: int
    renew: Callable[[], None]


Find = Callable[[FieldCipher, Transaction, int, int], list[Stored]]
"""The fields of one kind that aren't under the current key: after this row, so many, by row."""


@dataclass(frozen=True, slots=True)
class Renewable:
    """`begins_plain`: its rows may never have been encrypted, so that it is looked at with a single
    key too."""

    find: Find
    begins_plain: bool = False


def _hops(
    look: Callable[[Transaction, str, int, int], list[StoredNumber]],
    fields: FieldCipher, tx: Transaction, after: int, most: int,
) -> list[Stored]:  # fmt: skip
    def renew(row: StoredNumber) -> None:
        name = HopName(row.channel, row.session, row.hop)
        if row.ciphertext is not None:
            msisdn: str = open_number(fields, name, row.ciphertext)
        else:
            msisdn = row.msisdn or ""
        if msisdn.startswith("+") and "*" not in msisdn:
            fresh = fields.encrypt(Secret(msisdn), name.place)
            hop_numbers.renew(tx, row.id, indexes(fields, msisdn)[0], fresh)
        else:
            # Masked, as hops were once, or of a gateway that didn't say: nobody's.
            hop_numbers.renew(tx, row.id, None, None)

    return [
        Stored(row.id, partial(renew, row)) for row in look(tx, fields.prefix, after, most)
    ]  # fmt: skip


def _exchanges(
    look: Callable[[Transaction, str, int, int], list[ExchangeRow]],
    fields: FieldCipher, tx: Transaction, after: int, most: int,
) -> list[Stored]:  # fmt: skip
    def renew(row: ExchangeRow) -> None:
        exchanges.renew(tx, row.id, seal_bodies(fields, row.id, *open_bodies(fields, row)))

    return [
        Stored(row.id, partial(renew, row)) for row in look(tx, fields.prefix, after, most)
    ]  # fmt: skip


def _accounts(fields: FieldCipher, tx: Transaction, after: int, most: int) -> list[Stored]:
    def renew(row: AccountRow) -> None:
        account = open_account_row(fields, row)
        virtual_accounts.renew(tx, seal_account(fields, row.id, account))

    found = virtual_accounts.not_under(tx, fields.prefix, after, most)
    return [Stored(row.id, partial(renew, row)) for row in found]


def _events(fields: FieldCipher, tx: Transaction, after: int, most: int) -> list[Stored]:
    def renew(row: EventRow) -> None:
        _, fresh = seal_event(fields, row.provider, open_event(fields, row))
        funding.renew_event(tx, row.id, fresh)

    found = funding.events_not_under(tx, fields.prefix, after, most)
    return [Stored(row.id, partial(renew, row)) for row in found]


def _paid_into(fields: FieldCipher, tx: Transaction, after: int, most: int) -> list[Stored]:
    def renew(row: PaidInto) -> None:
        fresh = seal_paid_into(fields, row.reference, open_paid_into(fields, row))
        funding.renew_paid_into(tx, row.id, fresh)

    found = funding.paid_into_not_under(tx, fields.prefix, after, most)
    return [Stored(row.id, partial(renew, row)) for row in found]


def _numbers(fields: FieldCipher, tx: Transaction, after: int, most: int) -> list[Stored]:
    def renew(check_id: int, document: Document, stored: str) -> None:
        place = number_place(check_id)
        number = fields.decrypt(stored, place)
        index = fields.indexes(document, number)[0]
        identity.renew_number(tx, check_id, stored, fields.encrypt(number, place), index)

    found = identity.numbers_not_under(tx, fields.prefix, after, most)
    return [Stored(row[0], partial(renew, *row)) for row in found]


def _names(fields: FieldCipher, tx: Transaction, after: int, most: int) -> list[Stored]:
    def renew(subscriber_id: int, stored: str) -> None:
        place = name_place(subscriber_id)
        fresh = fields.encrypt(fields.decrypt(stored, place), place)
        subscribers.renew_name(tx, subscriber_id, stored, fresh)

    found = subscribers.names_not_under(tx, fields.prefix, after, most)
    return [Stored(row[0], partial(renew, *row)) for row in found]


def _app_keys(fields: FieldCipher, tx: Transaction, after: int, most: int) -> list[Stored]:
    def renew(subscriber_id: int, stored: str) -> None:
        place = app_key_place(subscriber_id)
        fresh = fields.encrypt(fields.decrypt(stored, place), place)
        factors.renew_app_key(tx, subscriber_id, stored, fresh)

    found = factors.app_keys_not_under(tx, fields.prefix, after, most)
    return [Stored(row[0], partial(renew, *row)) for row in found]


def _keys(
    kind: str, fields: FieldCipher, tx: Transaction, after: int, most: int
) -> list[Stored]:  # fmt: skip
    def renew(person_id: int, stored: str) -> None:
        place = key_place(kind, person_id)
        fresh = fields.encrypt(fields.decrypt(stored, place), place)
        web_accounts.renew_key(tx, kind, person_id, stored, fresh)

    found = web_accounts.keys_not_under(tx, kind, fields.prefix, after, most)
    return [Stored(row[0], partial(renew, *row)) for row in found]


def _webhook_secrets(
    column: str, fields: FieldCipher, tx: Transaction, after: int, most: int
) -> list[Stored]:  # fmt: skip
    def renew(endpoint_id: int, stored: str) -> None:
        place = secret_place(endpoint_id, column)
        fresh = fields.encrypt(fields.decrypt(stored, place), place)
        webhook_endpoints.renew_secret(tx, column, endpoint_id, stored, fresh)

    found = webhook_endpoints.secrets_not_under(tx, column, fields.prefix, after, most)
    return [Stored(row[0], partial(renew, *row)) for row in found]


RENEWABLE: Mapping[str, Renewable] = MappingProxyType({
    "identity numbers": Renewable(_numbers),
    "verified names": Renewable(_names),
    "subscribers' code apps": Renewable(_app_keys),
    "staff's code apps": Renewable(partial(_keys, "staff")),
    "agents' code apps": Renewable(partial(_keys, "agent")),
    "webhooks' secrets": Renewable(partial(_webhook_secrets, SECRET)),
    "webhooks' secrets before": Renewable(partial(_webhook_secrets, SECRET_BEFORE)),
    "accounts to pay into": Renewable(_accounts, begins_plain=True),
    "payment events": Renewable(_events, begins_plain=True),
    "accounts of top-ups": Renewable(_paid_into, begins_plain=True),
    "hops, plain": Renewable(partial(_hops, hop_numbers.plain), begins_plain=True),
    "hops": Renewable(partial(_hops, hop_numbers.not_under)),
    "exchanges, plain": Renewable(partial(_exchanges, exchanges.plain), begins_plain=True),
    "exchanges": Renewable(partial(_exchanges, exchanges.not_under)),
})  # fmt: skip
"""Kind, as progress is told, -> what renews it. Of large tables, rows that are still plain have an
index and a kind of their own, so that looking for them costs nothing."""
