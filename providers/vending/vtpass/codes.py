"""VTpass response codes as outcomes, as data.

Source: vtpass.com/documentation, response codes and transaction statuses. `000` only says that the
request was handled: the truth is the inner status. What isn't listed is Unknown.
"""

from app.domain.outcomes import Scope

HANDLED = "000"

INNER_DELIVERED = frozenset({"delivered"})
INNER_FAILED = frozenset({"failed"})
INNER_TAKEN_BACK = frozenset({"reversed"})
"""Our wallet there has its money back, perhaps long after `delivered`
(transaction-update-webhook-api, transaction reversal update)."""
INNER_PENDING = frozenset({"initiated", "pending"})

PENDING = frozenset({"099"})
NOT_FOUND = frozenset({"015"})
SAME_RECIPIENT = "019"
SAME_RECIPIENT_SECONDS = 30

DECLINED = {
    "010": Scope.SALE, "011": Scope.SALE, "012": Scope.SALE, "013": Scope.SALE,
    "017": Scope.SALE, "030": Scope.PROVIDER, "091": Scope.PROVIDER,
}  # fmt: skip
MISCONFIGURED = frozenset({"018", "021", "022", "023", "024"})

TO_CONFIRM = {
    "inner-statuses": "Inner statuses other than initiated, pending, delivered, failed, reversed:"
    " Unknown until confirmed.",
    "016": "Does `016` always end in a definite answer to a re-query? We take it as Unknown and"
    " ask.",
    "015": "Does `015` (id unknown) appear while a request is still on its way? We want it twice,"
    " after 20 s.",
    "webhook": "Is the webhook ever signed? It isn't documented, so it only makes us ask.",
    "fractions": "Fractions of a naira: documented amounts are whole, so others are refused before"
    " sending.",
}
"""As in the README: what the documentation leaves open, and the safe reading we use."""
