"""DingConnect's words as outcomes, as data. What isn't listed is Unknown.

Sources: dingconnect.com/Api (V1 methods, processing states, product fields), as kept by
cambiodigital/DingConnect and voxgig-sdk/dingconnect-sdk; what was seen on the live API in 2026 and
written down in vlab-research/go-dingconnect (errors.go, types.go, CLAUDE.md, client_test.go). The
vendor's own list is what GetErrorCodeDescriptions answers.
"""

from app.domain.outcomes import Scope
from app.domain.products import ProductKind

SUCCESS = 1
REFUSALS = frozenset({3, 4, 5})
"""ResultCodes: 1 did what was asked, 2 did something near it, 3 may work later, 4 a bad request, 5
a good one that was refused. They decide, not the HTTP status: an empty balance comes with 500."""

DELIVERED = frozenset({"Complete", "Completed"})
"""The documentation says `Completed`; the live API was seen to say `Complete`."""
PENDING = frozenset({"Submitted", "Processing", "Cancelling"})
FAILED = frozenset({"Failed"})
TAKEN_BACK = frozenset({"Cancelled"})
"""Cancelled, and our balance has its money back."""

NOT_SIGNED_IN = frozenset({401, 403})
MISCONFIGURED = frozenset({"AuthenticationFailed", "InsufficientBalance"})
REFUSED = {
    "AccountNumberInvalid": Scope.SALE,
    "BatchItemRefMustBeUnique": Scope.PROVIDER,
    "ParameterCombinationInvalid": Scope.PROVIDER,
    "ParameterInvalid": Scope.PROVIDER,
    "ParameterMissing": Scope.PROVIDER,
    "ParameterOutOfRange": Scope.PROVIDER,
    "RateLimited": Scope.PROVIDER,
    "RequestInvalid": Scope.PROVIDER,
    "TooManyParameters": Scope.PROVIDER,
}
"""Refused before the operator was asked. RateLimited is said of too many requests and of too many
to one number alike, so nothing is repeated at this provider."""
REFUSED_AT_OPERATOR = frozenset({"ProviderError", "RechargeNotAllowed", "TransientProviderError"})
"""A refusal only beside a record that says Failed. ProviderTimedOut is not among them: the operator
may have been late and yet have done it, so the record is asked for the last word; nor is
DuplicateTransactionPrevented, which says that a first request arrived."""

BENEFITS = {
    frozenset({"Mobile", "Minutes"}): ProductKind.AIRTIME,
    frozenset({"Minutes"}): ProductKind.AIRTIME,
    frozenset({"Mobile", "Data"}): ProductKind.DATA,
    frozenset({"Data"}): ProductKind.DATA,
}
"""What a product brings -> what it is for us; any other mixture isn't sold."""
INSTANT = "Instant"
IMMEDIATE = "Immediate"
PREPAID = "Prepaid"

BRANDS = {
    "mtn-ng": ("NG", "mtn"), "airtel-ng": ("NG", "airtel"), "glo-ng": ("NG", "glo"),
    "t2-ng": ("NG", "9mobile etisalat t2"), "smile-ng": ("NG", "smile"),
    "ntel-ng": ("NG", "ntel"), "safaricom-ke": ("KE", "safaricom"), "airtel-ke": ("KE", "airtel"),
    "telkom-ke": ("KE", "telkom"), "mtn-gh": ("GH", "mtn"),
    "telecel-gh": ("GH", "telecel vodafone"), "at-gh": ("GH", "at airteltigo"),
    "mtn-ug": ("UG", "mtn"), "airtel-ug": ("UG", "airtel"), "vodacom-tz": ("TZ", "vodacom"),
    "yas-tz": ("TZ", "yas tigo"), "mtn-rw": ("RW", "mtn"),
}  # fmt: skip
"""Our operator -> its country and the words of which one is in its name as GetProviders has it,
such as "Airtel Nigeria" or "9Mobile (Etisalat) Nigeria"."""
COUNTRIES = tuple(dict.fromkeys(country for country, _ in BRANDS.values()))

TO_CONFIRM = {
    "duplicates": "A repeated `DistributorRef`: the documentation calls it unique, and one client"
    " was paid twice for it. We never send a reference twice.",
    "states": "The list of `ProcessingState`: is it `Complete` or `Completed`, and is `Failed` ever"
    " taken back?",
    "errors": "The whole list of error codes (`GetErrorCodeDescriptions`), and which of them are"
    " said before the operator is asked: what isn't in `codes.py` is Unknown.",
    "timeouts": "`ProviderTimedOut` after 90 s: can the operator have delivered? We ask for the"
    " record and believe its `Failed`.",
    "estimates": "Does an estimate by `ReceiveValue` say what its `SendValue` of whole cents will"
    " really bring, and how long does it hold? An answer with another value than was asked for is"
    " Unknown.",
    "records": "How soon does `ListTransferRecords` know a transfer, and which filter has it"
    " (`DistributorRef`)? A record of another transfer in the answer makes it Unknown.",
    "commission": "The scale of `CommissionRate`, and when it is added to the balance: we count no"
    " discount.",
    "plans": "A plan's size, which is only in its display text; months as 30 days; units of 1024"
    " MB.",
    "names": "The names and codes of providers in `GetProviders`: we know them by a word of the"
    " brand.",
}
"""As in the README: what the documentation leaves open, and the safe reading we use."""
