"""What is stored of bank accounts and payments, encrypted and read back."""

import hashlib

from app.db.funding import EventRow, PaidInto
from app.db.virtual_accounts import AccountRow, SealedAccount
from app.domain.secret import Secret
from app.ports.payments import VirtualAccount
from app.security.field_encryption import FieldCipher, Place

_PURPOSE = "account"


def account_indexes(fields: FieldCipher, number: str) -> tuple[bytes, ...]:
    """Under which an account of this number is found, the current key's first."""
    return fields.indexes(_PURPOSE, Secret(number))


def seal_account(fields: FieldCipher, account_id: int, account: VirtualAccount) -> SealedAccount:
    """As the row with this id stores it."""
    return SealedAccount(
        account_id, account.provider, account.bank,
        fields.encrypt(Secret(account.number), _number(account_id)),
        account_indexes(fields, account.number)[0],
        fields.encrypt(Secret(account.name), _name(account_id)),
    )  # fmt: skip


def open_account_row(fields: FieldCipher, row: AccountRow) -> VirtualAccount:
    """The account. Raises Unreadable."""
    number, name = row.number, row.name
    if row.number_ciphertext is not None and row.name_ciphertext is not None:
        number = fields.decrypt(row.number_ciphertext, _number(row.id)).value
        name = fields.decrypt(row.name_ciphertext, _name(row.id)).value
    return VirtualAccount(row.provider, number or "", row.bank, name or "")


def seal_event(fields: FieldCipher, provider: str, body: bytes) -> tuple[bytes, str]:
    """Digest and ciphertext of what a provider told."""
    digest = hashlib.sha256(body).digest()
    return digest, fields.encrypt_bytes(body, _body(provider, digest))


def open_event(fields: FieldCipher, row: EventRow) -> bytes:
    """The body as it came. Raises Unreadable."""
    if row.ciphertext is None:
        return row.body or b""
    return fields.decrypt_bytes(row.ciphertext, _body(row.provider, row.digest))


def seal_paid_into(fields: FieldCipher, reference: str, number: str) -> str:
    """What the top-up with this reference was paid into."""
    return fields.encrypt(Secret(number), _paid_into(reference))


def open_paid_into(fields: FieldCipher, row: PaidInto) -> str:
    """The account's number; empty where it was none of ours. Raises Unreadable."""
    if row.ciphertext is None:
        return row.number or ""
    return fields.decrypt(row.ciphertext, _paid_into(row.reference)).value


def _number(account_id: int) -> Place:
    return Place("virtual_accounts", "number_ciphertext", account_id)


def _name(account_id: int) -> Place:
    return Place("virtual_accounts", "name_ciphertext", account_id)


def _body(provider: str, digest: bytes) -> Place:
    return Place("payment_events", "body_ciphertext", f"{provider}/{digest.hex()}")


def _paid_into(reference: str) -> Place:
    return Place("topups", "account_ciphertext", reference)
