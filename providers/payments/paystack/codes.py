"""What Paystack's words mean. What isn't listed is unknown."""

PAID = "success"
TAKEN_BACK = "reversed"
NOT_PAID = frozenset({"failed", "abandoned"})
"""Final words of a verification (api/transaction); pending, ongoing, processing, queued aren't."""

CHARGE_NOT_PAID = NOT_PAID - {"abandoned"}
"""Of a charge: `abandoned` is also said of one that the customer hasn't paid yet and still may."""

CHARGE_STARTED = frozenset({"pay_offline", "pending_bank_transfer", "pending", "success"})
"""What `data.status` of a charge says when the customer's turn has come (api/charge)."""
CHARGE_FAILED = frozenset({"failed"})

SENT_BEFORE = "duplicate_reference"
"""A start with this code says that the first one arrived."""

REFUND_DONE = frozenset({"processed"})
"""Refunds that are pending, processing or failed have taken nothing back (payments/refunds)."""

REFUSED = frozenset({400, 404, 422})
NO_SUCH_PAYMENT = frozenset({400, 404})
CURRENCIES = frozenset({"NGN"})

OUR_MARK = "nx-"
"""Begins our references at Paystack, which tells charges of ours from transfers to accounts."""

USSD_BANKS = {"gtb": "737", "uba": "919", "sterling": "822", "zenith": "966"}
"""Banks it charges by USSD, by our code: `type` of the charge (page on payment channels, USSD)."""
