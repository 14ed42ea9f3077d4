"""What MTN's words mean. What isn't listed is unknown.

Sources: momodeveloper.mtn.com, pages of the Collections API (requesttopay, its status) and
api-documentation/common-error.
"""

PAID = "SUCCESSFUL"
NOT_PAID = "FAILED"
"""The final words of a status; PENDING, and whatever else comes, isn't."""

ALREADY_THERE = "RESOURCE_ALREADY_EXIST"
NOT_THERE = "RESOURCE_NOT_FOUND"
REFUSED_STATUS = frozenset({400, 401, 403})
REFUSED = frozenset(
    {"NOT_ALLOWED", "NOT_ALLOWED_TARGET_ENVIRONMENT", "INVALID_CALLBACK_URL_HOST",
     "INVALID_CURRENCY", "PAYER_NOT_FOUND"}
)  # fmt: skip
"""What a request is turned away with, though the HTTP status is 500."""
