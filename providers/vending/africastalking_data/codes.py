"""Africa's Talking mobile data answers as outcomes, as data.

Sources: africastalking-python MobileData.py (the three calls), africastalking-ruby FindTransaction
(the shape of a look-up), docs.africastalking.com/mobile/b2c (statuses of an entry: the same
platform and the same list) and payments/notification. What isn't listed is Unknown: `Failed` of an
entry is documented as an internal error only.
"""

QUEUED = frozenset({"Queued"})
DECLINED_PROVIDER = frozenset({"InvalidRequest", "NotSupported"})
"""Of an entry: it wasn't taken up, as a field is wrong or the operator isn't sold here."""

FOUND_DELIVERED = frozenset({"Success"})
FOUND_FAILED = frozenset({"Failed"})
FOUND_PENDING = frozenset({"Queued"})

VALIDITY_DAYS = {"Day": 1, "Week": 7, "Month": 30}

TO_CONFIRM = {
    "entry_statuses": "Which statuses an entry can have beside `Queued`, `InvalidRequest` and"
                      " `NotSupported`, and does the last pair mean that nothing is ever sent?",
    "find_statuses": "Which words `data.status` of `/query/transaction/find` knows, are `Success`"
                     " and `Failed` final, and can `Failed` follow `Success`?",
    "find_by_metadata": "Can a request be looked up by its `metadata` or Idempotency-Key, so that"
                        " an answer that never came could be made up for?",
    "idempotency_window": "For how long is a repeated Idempotency-Key ignored?",
    "callback_form": "The fields of the status callback of mobile data: we take `transactionId` (or"
                     " `requestId`), and ask.",
    "price": "Is `value` what the wallet pays, and can it differ from the price list?",
    "plans": "The plans of the account: there is no list by API.",
}  # fmt: skip
