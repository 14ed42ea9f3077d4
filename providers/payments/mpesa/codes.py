"""What Daraja's codes mean. What isn't listed is unknown.

Sources: developer.safaricom.co.ke, pages Authorization, M-Pesa Express (simulate and query) with
their tables of result and error codes.
"""

PAID = "0"
NOT_PAID = {
    "1": "insufficient", "1001": "busy", "1019": "expired", "1025": "not_prompted",
    "1032": "cancelled", "1037": "unreachable", "2001": "wrong_pin",
}  # fmt: skip
"""ResultCode of a query -> why no money came; each is final. Left out, so unknown: 4999 (still
under way), 17, 26 and 9999 (documented as passing trouble or as anything)."""

REFUSED = frozenset(
    {"400.002.02", "400.002.05", "401.002.01", "404.001.01", "404.001.03", "405.001",
     "500.001.1001", "500.003.02", "500.003.03"}
)  # fmt: skip
"""errorCode of a start that was turned away at the door: a bad request, the token, a prompt that is
open already for the number ("unable to lock subscriber"), too many requests."""

BAD_TOKEN = frozenset({"401.002.01", "404.001.03"})
PROCESSING = "500.001.1001"
"""As errorCode of a query: the subscriber hasn't answered yet."""

CURRENCIES = frozenset({"KES"})
