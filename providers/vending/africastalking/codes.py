"""Africa's Talking airtime answers as outcomes, as data.

Sources: help.africastalking.com article 6151516 (airtime flow: `Sent` is not delivered) and
docs.africastalking.com/idempotentrequests. Error texts are free text, matched in lower case by
what they contain; what matches nothing is Unknown.
"""

SENT = "Sent"
FAILED = "Failed"

SAME_RECIPIENT = ("duplicate", "same recipient", "within 5 minutes")
MISCONFIGURED = ("insufficient", "not enabled", "supplied authentication is invalid", "inactive")
DECLINED_SALE = ("invalid phone", "invalid number", "not supported", "blacklist", "barred",
                 "validation failed", "value outside")  # fmt: skip
DECLINED_PROVIDER = ("declined", "could not be processed", "route unavailable")

TO_CONFIRM = {
    "transaction-id": "Is the validation's `transactionId` the later `requestId`?",
    "silent-door": "What happens when our validation door is silent, or slow? We take silence to"
    ' mean "not booked".',
    "look-up": "Which path looks a transaction up, live? (`GET /query/transaction/find` is"
    " documented for their id.)",
    "texts": "The free texts of `errorMessage`: what isn't listed in `codes.py` is Unknown.",
    "same-recipient": 'Exact length of the same-recipient window ("about five minutes").',
}
"""As in the README: what the documentation leaves open, and the safe reading we use."""
