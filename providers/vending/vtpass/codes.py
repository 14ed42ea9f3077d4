"""VTpass response codes as outcomes, as data.

Source: vtpass.com/documentation, response codes and transaction statuses. `000` only says that the
request was handled: the truth is the inner status. What isn't listed is Unknown.
"""

from app.domain.outcomes import Scope

AIRTIME = {"mtn-ng": "mtn", "airtel-ng": "airtel", "glo-ng": "glo", "t2-ng": "etisalat"}
SMILE = "smile-direct"
DATA = {
    "mtn-ng": "mtn-data", "airtel-ng": "airtel-data", "glo-ng": "glo-data",
    "t2-ng": "etisalat-data", "smile-ng": SMILE,
}  # fmt: skip
"""Our operator -> serviceID."""
AIRTIME_DISCOUNT_BP = 300
"""The one rate in its sample answers (transaction-update-webhook-api: 4.85 taken for 5 naira)."""

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
    "inner_statuses": "Inner statuses other than initiated, pending, delivered, failed, reversed:"
                      " Unknown until confirmed.",
    "failed_envelope": "Does `016` always end in a definite answer to a re-query? We take it as"
                       " Unknown and ask.",
    "unknown_id": "Does `015` (id unknown) appear while a request is still on its way? We want it"
                  " twice, after 20 s.",
    "webhook_signature": "Is the webhook ever signed? It isn't documented, so it only makes us"
                         " ask.",
    "fractions": "Fractions of a naira: documented amounts are whole, so others are refused before"
                 " sending.",
    "data_price": "Is `amount` a ceiling for a plan whose price has just risen, or is it ignored?"
                  " An answer that took more is Unknown, then asked about.",
    "echo": "Do `requestId`, `amount` and `unique_element` always repeat the request,"
            " `unique_element` being the Smile account where one is paid?",
    "discounts": "The account's discount for each service: airtime is counted with 3%, data with"
                 " none.",
    "smile": "Does `merchant-verify` list one account for a Smile number, and is every service of"
             " the list enabled? One that isn't stops the synchronisation.",
}  # fmt: skip
