"""Baxi's words as outcomes, as data. What isn't listed is Unknown.

Source: developers.onafriq.com/docs/response-1 and purchase-data-bundle-1. Only HTTP 200 with
`status: success` is a sale; HTTP 200 with `pending` is asked about. Failures come with another
HTTP status and a code, and some of those codes may yet become a delivery: that page says to
re-query BX0001, BX0019, BX0021, BX0024, EXC00001, EXC00103, EXC00105, EXC00109, EXC00114, EXC00124
and UNK0001, so they, like all that isn't here, are Unknown.
"""

from datetime import timedelta

SUCCESS, PENDING, ERROR = "success", "pending", "error"
"""`status`, of the request."""
OK_CODES = frozenset({"200", "None"})
"""`code` beside `status: success`; it may be left out."""
DONE = "0"
"""`data.statusCode` of a sale that was made."""
INNER_DELIVERED = frozenset({"success"})
INNER_FAILED = frozenset({"failed"})
INNER_PENDING = frozenset({"pending"})
"""`data.transactionStatus`."""

NOT_FOUND = frozenset({"BX0002", "EXC00112"})
"""To a re-query; to a purchase they say nothing."""

DECLINED = frozenset({
    "400", "BX0003", "BX0026", "EXC00115", "EXC00123", "EXC00125", "EXC00127",
})  # fmt: skip
"""To a purchase: bad data, no such service, not sent on, service not allowed, request not valid,
amount too high. To a re-query they are about the re-query."""
THROTTLED = frozenset({"EXC00131", "EXC00144"})
"""To a purchase: not at the moment; no new requests at the moment."""
LATER = timedelta(seconds=30)
MISCONFIGURED = frozenset({
    "BX0004", "BX0005", "BX0006", "BX0007", "BX0008", "BX0009", "BX0010", "BX0011", "BX0012",
    "BX0013", "BX0014", "BX0015", "BX0016",
    "SEC00001", "SEC00002", "SEC00003", "SEC00004", "SEC00005", "EXC00102",
})  # fmt: skip
"""Who we are (or when), where from, as which agent; a float that doesn't suffice."""

SERVICES = {"mtn-ng": "mtn", "airtel-ng": "airtel", "glo-ng": "glo", "t2-ng": "9mobile"}
"""`service_type` of each operator."""

TO_CONFIRM = {
    "requery-path": "The path of the re-query and its parameter: no page we could read names them."
    " `BAXI_REQUERY_PATH` is what public code uses, with our `agentReference`; one page says that"
    " their `transactionReference` is needed.",
    "requery-words": "The words of a re-query's answer: is its `data.transactionStatus` that of the"
    " sale (success, pending, failed)? We take only these, and `success` only beside `statusCode`"
    " 0.",
    "duplicates": "Is a used `agentReference` refused (BX0023) for ever, also while the first"
    " request is on its way? Our one repeat of a request that was never found rests on it.",
    "not-found": "Can BX0002 come while a request is still on its way? We want it twice, after the"
    " grace.",
    "baxi-date": "Is the header `Baxi-date` wanted with an `x-api-key`? We send it.",
    "error-400": "Does an error with code 400 (bad request data) or EXC00125 always mean that"
    " nothing will be delivered? The page says so of every code that isn't to be re-queried.",
    "commission": "Our commission, and the fields of the balance and of the bundle list"
    " (`balance`; `name`, `allowance`, `price`, `validity`, `datacode`). We count on no"
    " commission.",
}  # fmt: skip
"""Open items of the README, by a name that staff tick."""
