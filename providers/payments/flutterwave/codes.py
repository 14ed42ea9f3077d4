"""What Flutterwave's words mean. What isn't listed is unknown."""

PAID = "successful"
NOT_PAID = frozenset({"failed"})
TAKEN_BACK = frozenset({"refunded", "reversed"})
"""`data.status` of a verification; `status: success` beside it is about the call."""

NO_SUCH_PAYMENT = frozenset({400, 404})
NO_SUCH_PAYMENT_SAID = "no transaction was found"
"""How the answer's message begins, in lower case: other 400s say nothing about the payment."""

ACCOUNT_OPEN = "02"
"""`data.response_code` of a virtual account that was opened."""
ACCOUNT_REFUSED = frozenset({400, 422})

CHARGE_REFUSED = frozenset({400, 401, 403, 422})
"""Nothing was started, so no money can come of it."""
KNOWN_ALREADY = ("duplicate", "already exist")
"""In the message of a refusal: the reference has been used, so money may come of it."""

CHARGE_EVENTS = frozenset({"charge.completed", "charge.failed", "virtual_account.funded"})
TAKEN_BACK_EVENTS = frozenset({"refund.completed", "chargeback.created", "chargeback.updated"})
TAKEN_BACK_IDS = ("tx_id", "TransactionId", "transaction_id", "charge_id")
"""Where a refund or a chargeback names the transaction it is about."""

REFUND_DONE = frozenset({"completed"})
REFUND_NOT_DONE = frozenset({"new", "pending", "processing", "failed"})

CURRENCIES = frozenset({"NGN"})
