"""Flutterwave's words about bills as outcomes, as data. What isn't listed is Unknown.

Sources: developer.flutterwave.com pages reference/create-a-bill-payment, docs/bill-payment,
docs/handling-error-timeouts; flutterwaveinc.mintlify.app/api-reference/bill-payments/* (create a
bill payment, get a bill payment status). `status: success` is about the call.
"""

import re
from datetime import timedelta

from app.domain.outcomes import Scope

PAID = "200"
"""`data.code` of a bill payment that was made (create-a-bill-payment)."""

DELIVERED = frozenset({"successful"})
FAILED = frozenset({"failed"})
PENDING = frozenset({"pending"})
"""`data.status`: older samples of the status call have it, the newest doesn't."""

REFUSED = 400
REFUSED_SAID = {"invalid customer": Scope.SALE, "invalid biller": Scope.PROVIDER,
                "invalid item": Scope.PROVIDER}  # fmt: skip
MISCONFIGURED_SAID = ("insufficient",)
"""Parts of `message` in lower case, of an error with HTTP 400. Others are Unknown, the one about a
used reference above all: the first request may have been paid."""
NO_SUCH_BILL = frozenset({400, 404})
NO_SUCH_BILL_SAID = ("not found", "no transaction was found")

GIVES_UP_AFTER = timedelta(seconds=28)
"""It answers 503 when its own answer isn't ready by then; the bill may still be paid."""

CODE = re.compile(r"(?a:([\w-]+)/([\w-]+))\Z")
"""A code of ours: biller and item. They become parts of a path."""
AIRTIME = {
    "mtn-ng": "BIL099/AT099", "airtel-ng": "BIL100/AT100", "glo-ng": "BIL102/AT102",
    "t2-ng": "BIL103/AT103",
}  # fmt: skip
"""Biller and item of each operator's airtime."""
NETWORKS = {
    "MTN": "mtn-ng", "AIRTEL": "airtel-ng", "GLO": "glo-ng", "9MOBILE": "t2-ng", "T2": "t2-ng",
}  # fmt: skip
"""How the names of its billers and networks begin."""
CATEGORIES = ("AIRTIME", "MOBILEDATA")

TO_CONFIRM = {
    "status-word": "Does the status call carry `data.status`, and with which words? The newest page"
    " shows none; an answer without it stays Unknown.",
    "status-reference": "Does `GET /v3/bills/{reference}` take our reference as well as their"
    " `tx_ref`, and does the answer always repeat ours as `customer_reference`? An answer that"
    " doesn't name the sale asked about stays Unknown.",
    "paid-is-final": "Is `data.code` 200 in the answer to a payment final, or can such a bill fail"
    " later? We take it as final; every other code makes us ask.",
    "duplicates": "Is a used reference refused, and for how long? Undocumented, so nothing is ever"
    " sent twice.",
    "refusals": "The texts of errors with HTTP 400 (low balance, wrong customer, unknown biller);"
    " what isn't in `codes.py` is Unknown.",
    "airtime-codes": "Billers and items of airtime other than MTN's BIL099/AT099: BIL100, BIL102"
    " and BIL103 are from public code, not from a page.",
    "commission": "Is `default_commission` taken off what is debited, or paid later? We read it as"
    " taken off for airtime and count on none for data.",
}
"""Open items of the README, by a name that staff tick."""
