"""The words of the SME-data dialect as outcomes, as data.

No vendor of the family publishes a specification. Sources: answers shown in public integrations of
Gladtidings, Husmodata, DataStation and BigiSub (philmorehost/v6.4-update:func/api-gateway), all
read as third parties' word. HTTP 400 with the names of fields is what their framework (Django REST
framework, "Validation") answers before anything of the request is done. What isn't listed is
Unknown.
"""

from app.domain.outcomes import Scope

AIRTIME = "VTU"
"""`airtime_type`, and our code of what is sold: the operator says the rest."""

DELIVERED = frozenset({"successful"})
FAILED = frozenset({"failed"})
"""Of this sale: the next route would deliver a second time if this vendor were wrong, and it can't
be asked."""
PENDING = frozenset({"pending", "processing"})

REFUSED_FIELDS = {
    "network": Scope.PROVIDER, "plan": Scope.PROVIDER, "amount": Scope.PROVIDER,
    "airtime_type": Scope.PROVIDER, "mobile_number": Scope.SALE,
}  # fmt: skip
MISCONFIGURED = ("insufficient balance", "insufficient wallet")
"""Texts of `error` with HTTP 400, in lower case, by what they contain."""

TO_CONFIRM = {
    "status_words": "Which words `Status` knows beside `successful`, and is `failed` final?",
    "echo": "Does the answer repeat number, network, plan (or amount) and `ident` in full? Where it"
            " masks the number, every sale stays Unknown.",
    "ident": "Is `ident` kept, can it be looked up, and is a second request with it refused?",
    "balance_path": "Is the balance at `GET /api/user/`, as `user.wallet_balance` or"
                    " `user.Account_Balance`?",
    "refusals": "Is nothing ever booked when HTTP 400 names a field or an insufficient balance?",
    "plan_prices": "Can a plan's price change without its number changing? The request names no"
                   " price.",
}  # fmt: skip
