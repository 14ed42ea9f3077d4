"""What Paystack's words mean. What isn't listed is unknown."""

PAID = "success"
NOT_PAID = frozenset({"failed", "abandoned", "reversed"})
"""Final words of a verification (api/transaction); pending, ongoing, processing, queued aren't."""

REFUSED = frozenset({400, 404, 422})
NO_SUCH_PAYMENT = frozenset({400, 404})
CURRENCIES = frozenset({"NGN"})
