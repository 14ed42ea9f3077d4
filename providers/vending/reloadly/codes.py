"""Reloadly's statuses and error codes as outcomes, as data. What isn't listed is Unknown.

Statuses: reloadly.com/blog/how-does-the-get-top-up-status-endpoint-work and the page "Get the
status of a top-up" (docs.reloadly.com/airtime/top-ups/top-up-status). Error codes: the page "Error
codes" of the Airtime API, of which raphaelugwu.gitbook.io/airtime/airtime-errors/error-codes is a
copy.
"""

from datetime import timedelta

from app.domain.outcomes import (
    Declined,
    Misconfigured,
    Scope,
    Throttled,
)

DELIVERED = frozenset({"SUCCESSFUL"})
PENDING = frozenset({"PROCESSING"})
TAKEN_BACK = frozenset({"REFUNDED"})
"""It was debited, and given back by itself: at once, or long after `SUCCESSFUL`."""
FAILED = frozenset({"FAILED"})
"""An error on the operator's side, documented as not debited. Reloadly asks to wait 30 minutes
before it is tried again, so an order is never tried here twice: its next try is another's."""

SAME_RECIPIENT = timedelta(minutes=2)

_DECLINED = {
    "INVALID_RECIPIENT_PHONE": Scope.SALE,
    "INVALID_PHONE_NUMBER": Scope.SALE,
    "COUNTRY_NOT_SUPPORTED": Scope.PROVIDER,
    "COULD_NOT_AUTO_DETECT_OPERATOR": Scope.PROVIDER,
    "INVALID_AMOUNT": Scope.PROVIDER,
    "INVALID_AMOUNT_FOR_OPERATOR": Scope.PROVIDER,
    "OPERATOR_NOT_IN_SERVICE": Scope.PROVIDER,
    "OPERATOR_UNAVAILABLE_OR_CURRENTLY_INACTIVE": Scope.PROVIDER,
}
_MISCONFIGURED = (
    "ACCOUNT_NOT_FOUND", "INACTIVE_ACCOUNT", "INSUFFICIENT_BALANCE",
    "MAX_DAILY_TRANSACTION_AMOUNT_REACHED", "MAX_DAILY_TRANSACTION_COUNT_REACHED",
)  # fmt: skip

ERRORS: dict[str, Declined | Misconfigured | Throttled] = {
    **{code: Declined(code, scope) for code, scope in _DECLINED.items()},
    **{code: Misconfigured(code) for code in _MISCONFIGURED},
    "PHONE_RECENTLY_RECHARGED": Throttled(
        "PHONE_RECENTLY_RECHARGED", SAME_RECIPIENT, same_recipient=True
    ),
}
"""`errorCode` of a refused top-up -> outcome. Two of the page are left out on purpose, because it
doesn't say that nothing was delivered: TOPUP_TRANSACTION_FAILED and
TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT. So is CUSTOM_IDENTIFIER_ALREADY_USED, which says that
the first request arrived: the query tells what became of it."""

NO_SUCH_NUMBER = frozenset({
    "COULD_NOT_AUTO_DETECT_OPERATOR", "INVALID_PHONE_NUMBER", "INVALID_RECIPIENT_PHONE",
})  # fmt: skip
"""Answers to an operator look-up that mean: no operator for this number."""

COUNTRY_NOT_SOLD = "COUNTRY_NOT_SUPPORTED"

REFUSED_SIGN_IN = frozenset({"no_token_401", "no_token_403"})
"""No token because the client id or its secret isn't accepted."""

TO_CONFIRM = {
    "duplicate": "Is a used `customIdentifier` refused for ever, also while the first request is "
                 "still on its way, and also on `/topups-async`?",
    "duplicate-word": "Its error code: other people's code has `CUSTOM_IDENTIFIER_ALREADY_USED`. "
                      "Any unlisted code is Unknown, so the word decides nothing.",
    "list": "Does the list filtered by `customIdentifier` match the whole identifier, and how "
            "soon after a request is a top-up in it?",
    "late-failure": "Is `FAILED` final from the first time it is answered? (\"Wait 30 minutes\" "
                    "could also mean that the operator may still deliver.)",
    "unclear-errors": "Do `TOPUP_TRANSACTION_FAILED` and "
                      "`TRANSACTION_CANNOT_BE_PROCESSED_AT_THE_MOMENT` always mean that nothing "
                      "was delivered? Both are Unknown here.",
    "status-shape": "Is the status answered flat (API reference) or with the top-up under "
                    "`transaction` (blog)? Both are read.",
    "delivered-amount": "With `useLocalAmount`, is `deliveredAmount` exactly the amount asked "
                        "for, also where an operator takes a tax? Another one is Unknown.",
    "local-amount": "Is `useLocalAmount` taken where the account's currency is the operator's own "
                    "and `supportsLocalAmounts` is false?",
    "signature": "How is a webhook signed? Implementers mostly agree on "
                 "`hex(HMAC-SHA256(body:timestamp))`; it isn't on a page we could read, so it "
                 "isn't relied on.",
    "operators": "The names under which operators are listed, other than `MTN Nigeria` (341): "
                 "one that isn't in `operators.py` isn't offered.",
    "fees": "Newer answers are said to have `fees` of an operator; one with a fee isn't offered.",
    "ported": "Does auto-detect know where a ported number is now, or does it go by prefix?",
    "rate-limit": "Is there a rate limit, and is it answered with 429?",
}  # fmt: skip
"""What no page we could read answers; the README has the same list."""
