"""The layouts of providers' CSV exports, as data.

No provider publishes the header of its export. The names here are those of the pages named below;
a column is found under any of its names, whatever its case, spaces and underscores are. Check them
against a real export before the first import: a column that isn't there is named, and nothing of
the file is imported.

Sources: Paystack support 360009973199 (payout spreadsheet) and paystack.com/docs/api/transaction;
Flutterwave /v3/transactions; vtpass.com/documentation/re-query-services; docs.reloadly.com
airtime/transactions/get-transaction. Amounts on dashboards are in whole units (naira), not kobo.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.ports.statements import LineKind


@dataclass(frozen=True, slots=True)
class Layout:
    """Names of each column. `kinds`: status word in small letters -> what the line is, None for
    one that moved no money; `default_currency` where a file has no such column; `minor`: amounts
    are in minor units; `time_formats` beside ISO 8601; `zone` of times that name none."""

    external_id: tuple[str, ...]
    amount: tuple[str, ...]
    at: tuple[str, ...]
    status: tuple[str, ...]
    kinds: Mapping[str, LineKind | None]
    zone: str
    reference: tuple[str, ...] = ()
    fee: tuple[str, ...] = ()
    currency: tuple[str, ...] = ()
    default_currency: str = ""
    minor: bool = False
    time_formats: tuple[str, ...] = ()


LAYOUTS: dict[str, Layout] = {
    "paystack": Layout(
        external_id=("Transaction ID", "id"),
        reference=("Reference", "Reference number"),
        amount=("Amount", "Amount paid"),
        fee=("Fees", "Paystack fee", "Paystack fees"),
        currency=("Currency",),
        at=("Paid at", "Transaction date"),
        status=("Status",),
        kinds={
            "success": LineKind.PAYMENT, "successful": LineKind.PAYMENT,
            "reversed": LineKind.TAKEN_BACK, "refunded": LineKind.TAKEN_BACK,
            "failed": None, "abandoned": None, "pending": None, "ongoing": None,
            "processing": None, "queued": None,
        },
        zone="Africa/Lagos",
        time_formats=("%b %d, %Y %I:%M %p", "%d %b %Y %H:%M", "%d/%m/%Y %H:%M"),
    ),
    "flutterwave": Layout(
        external_id=("id", "Transaction ID"),
        reference=("tx_ref", "Transaction reference"),
        amount=("Amount",),
        fee=("app_fee", "Fee", "Fees"),
        currency=("Currency",),
        at=("created_at", "Date", "Transaction date"),
        status=("Status",),
        kinds={
            "successful": LineKind.PAYMENT, "success": LineKind.PAYMENT,
            "completed": LineKind.PAYMENT, "refunded": LineKind.TAKEN_BACK,
            "chargeback": LineKind.TAKEN_BACK, "failed": None, "pending": None,
            "cancelled": None, "abandoned": None,
        },
        zone="Africa/Lagos",
        time_formats=("%d/%m/%Y %H:%M", "%b %d, %Y %I:%M %p"),
    ),
    "vtpass": Layout(
        external_id=("transactionId", "Transaction ID"),
        reference=("requestId", "Request ID"),
        amount=("Amount", "unit_price"),
        at=("transaction_date", "Date"),
        status=("Status",),
        kinds={
            "delivered": LineKind.SALE, "successful": LineKind.SALE,
            "reversed": LineKind.TAKEN_BACK, "failed": None, "initiated": None, "pending": None,
        },
        zone="Africa/Lagos",
        default_currency="NGN",
        time_formats=("%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M"),
    ),
    "reloadly": Layout(
        external_id=("transactionId", "Transaction ID"),
        reference=("customIdentifier", "Custom identifier"),
        amount=("requestedAmount", "Requested amount"),
        currency=("requestedAmountCurrencyCode", "Requested amount currency code", "Currency"),
        at=("transactionDate", "Date"),
        status=("Status",),
        kinds={
            "successful": LineKind.SALE, "refunded": LineKind.TAKEN_BACK, "failed": None,
            "processing": None,
        },
        zone="UTC",
        time_formats=("%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"),
    ),
}  # fmt: skip
"""Provider -> the layout of its export."""
