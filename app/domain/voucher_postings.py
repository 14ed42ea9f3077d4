"""Which postings vouchers are made of. A batch ends under one reference, `batch:<ref>:end`, so
that what is left of it is taken back or expires, and never both."""

from app.domain.ledger import AccountKind, LedgerTransaction, move, system, wallet
from app.domain.money import Money


def issue_vouchers(batch: str, total: Money) -> LedgerTransaction:
    """PINs are printed: the operator sells them for cash outside and owes their face value."""
    currency = total.currency
    return move(
        f"batch:{batch}:issue", "vouchers_issued",
        system(AccountKind.FUNDING, currency), system(AccountKind.VOUCHERS, currency), total,
    )  # fmt: skip


def redeem_voucher(reference: str, owner: int, face: Money) -> LedgerTransaction:
    """Somebody typed the PIN: its face value is theirs."""
    currency = face.currency
    return move(
        f"voucher:{reference}", "voucher",
        system(AccountKind.VOUCHERS, currency), wallet(owner, currency), face,
    )  # fmt: skip


def void_vouchers(batch: str, left: Money) -> LedgerTransaction:
    """A batch is void: nothing is owed for the PINs that are left."""
    currency = left.currency
    return move(
        f"batch:{batch}:end", "vouchers_void",
        system(AccountKind.VOUCHERS, currency), system(AccountKind.FUNDING, currency), left,
    )  # fmt: skip


def expire_vouchers(batch: str, left: Money) -> LedgerTransaction:
    """A batch is past its date: what nobody redeemed was paid for and is ours."""
    currency = left.currency
    return move(
        f"batch:{batch}:end", "vouchers_expired",
        system(AccountKind.VOUCHERS, currency), system(AccountKind.REVENUE, currency), left,
    )  # fmt: skip
