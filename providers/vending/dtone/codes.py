"""What DT One's words mean, as data. What isn't listed is Unknown.

Source: dvs-api-doc.dtone.com (DVS API 1.23.0): API error codes, transaction status, services,
look-up; developers.dtone.com, handling-transactions and callbacks.
"""

from app.domain.outcomes import Declined, Misconfigured, Scope, Unknown

CLASSES = {
    1: "CREATED", 2: "CONFIRMED", 3: "REJECTED", 4: "CANCELLED", 5: "SUBMITTED", 7: "COMPLETED",
    8: "REVERSED", 9: "DECLINED",
}  # fmt: skip
"""Status classes. The vendor wants logic built on these; the status only adds a detail to them."""

CREATED = "CREATED"
CANCELLED = "CANCELLED"
PENDING = frozenset({CREATED, "CONFIRMED", "SUBMITTED"})
COMPLETED = "COMPLETED"
TAKEN_BACK = "REVERSED"
"""Of a transaction that was completed: the vendor has undone it and given us our money back."""
NOT_DONE = frozenset({"REJECTED", CANCELLED, "DECLINED"})
"""Final; what was held of our balance is free again (Balances)."""

SCOPES = {
    "": Scope.PROVIDER,
    "INVALID-CREDIT-PARTY": Scope.SALE,
    "BARRED-CREDIT-PARTY": Scope.SALE,
    "INELIGIBLE-CREDIT-PARTY": Scope.SALE,
    "INVALID-DEBIT-PARTY": Scope.PROVIDER,
    "BARRED-DEBIT-PARTY": Scope.PROVIDER,
    "LIMITATIONS-ON-OPERATOR-AMOUNT": Scope.PROVIDER,
    "LIMITATIONS-ON-OPERATOR-QUANTITY": Scope.PROVIDER,
    "LIMITATIONS-ON-CREDIT-PARTY-AMOUNT": Scope.PROVIDER,
    "LIMITATIONS-ON-CREDIT-PARTY-QUANTITY": Scope.PROVIDER,
    "LIMITATIONS-ON-CUSTOMER-AMOUNT": Scope.PROVIDER,
    "LIMITATIONS-ON-CUSTOMER-QUANTITY": Scope.PROVIDER,
    "OPERATOR-CURRENTLY-UNAVAILABLE": Scope.PROVIDER,
    "INSUFFICIENT-BALANCE": Scope.PROVIDER,
}
"""Of a transaction that wasn't done: what follows REJECTED- or DECLINED- in its status."""
OTHER_DETAIL = Scope.SALE
"""Of any other detail (DUPLICATED-TRANSACTION, EXCEPTION, new ones): the class is final, so the
buyer gets the money back; but where an operator speaks of a duplicate, nobody else is asked."""

NO_MONEY = "REJECTED-INSUFFICIENT-BALANCE"
"""As the answer to a sale it says that our balance there is empty."""

ERRORS: dict[tuple[int, int], Declined | Misconfigured | Unknown] = {
    (400, 1000400): Declined("1000400", Scope.PROVIDER),
    (404, 1003001): Declined("1003001", Scope.PROVIDER),
    (400, 1003002): Declined("1003002", Scope.PROVIDER),
    (400, 1003003): Declined("1003003", Scope.PROVIDER),
    (400, 1005003): Declined("1005003", Scope.SALE),
    (400, 1006001): Misconfigured("1006001"),
    (404, 1006009): Misconfigured("1006009"),
    (400, 1007001): Unknown("1007001"),
    (400, 1007500): Declined("1007500", Scope.PROVIDER),
}
"""(HTTP status, error code) of a transaction that wasn't created. 1007001: our id was used before,
so the first request arrived."""
ALREADY_CANCELLED = (400, 1007005)
NO_SUCH_TRANSACTION = (404, 1008004)
NO_SUCH_NUMBER = frozenset({(400, 1005003), (404, 1005006)})
"""Of a look-up: the number isn't one, or is no operator's."""

MOBILE = 1
"""The service whose products are sold here."""
RANGED, FIXED = "RANGED_VALUE_RECHARGE", "FIXED_VALUE_RECHARGE"
"""Product types: any amount of a range, and one that is what it is. Those with a PIN aren't sold:
nothing reaches a phone by itself."""
AIRTIME = 11
"""Subservice of the service Mobile."""

MEGABYTES = {"MB": 1, "GB": 1024, "TB": 1024 * 1024}
HOURS = {"HOUR": 1, "DAY": 24, "WEEK": 7 * 24, "MONTH": 30 * 24}

BRANDS = {
    "NGA": {"mtn": "mtn-ng", "airtel": "airtel-ng", "glo": "glo-ng", "t2": "t2-ng",
            "9mobile": "t2-ng", "etisalat": "t2-ng", "smile": "smile-ng", "ntel": "ntel-ng"},
    "KEN": {"safaricom": "safaricom-ke", "airtel": "airtel-ke", "telkom": "telkom-ke"},
    "GHA": {"mtn": "mtn-gh", "telecel": "telecel-gh", "vodafone": "telecel-gh", "at": "at-gh",
            "airteltigo": "at-gh"},
    "UGA": {"mtn": "mtn-ug", "airtel": "airtel-ug"},
    "TZA": {"vodacom": "vodacom-tz", "yas": "yas-tz", "tigo": "yas-tz"},
    "RWA": {"mtn": "mtn-rw"},
}  # fmt: skip
"""Country (ISO 3166, three letters) -> first word of an operator's name there, in small letters ->
our code. The vendor's own numbers of operators aren't published."""

TO_CONFIRM = {
    "operator-names": "Under which names are our operators listed? We go by country and first word"
    " (`MTN Nigeria`, `9mobile Nigeria`); what we don't recognise isn't sold.",
    "external-id": "For how long is an `external_id` remembered, and can two requests at the same"
    " moment with the same one both be accepted? `1007001` is documented, its limits aren't.",
    "not-found": "How soon after its creation is a transaction found by `external_id`? We want"
    " `not found` twice, after the grace, and then send the same id once more.",
    "five-hundred": "Can `1009001` or `1009503` be said of a transaction that is carried out all"
    " the same? They are Unknown until the query decides.",
    "fee": "Is `prices.wholesale.fee` taken on top of `prices.wholesale.amount`? We count both.",
    "tax": "Of an airtime amount, does all of `destination.amount` reach the phone where the"
    " operator's benefits list a tax?",
    "callback-proof": "Are callbacks signed or sent from fixed addresses? Nothing is documented, so"
    " they only make us ask.",
    "rate-limit": "How many requests a second may one key send? Only the headers that tell it are"
    " documented.",
}
"""Open questions, id -> sentence; the README lists the same."""
