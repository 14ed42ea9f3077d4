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
    "same_id": "Is the validation's `transactionId` the later `requestId`?",
    "silent_door": "What happens when our validation door is silent, or slow? We take silence to"
                   " mean \"not booked\".",
    "find_path": "Which path looks a transaction up, live? (`GET /query/transaction/find` is"
                 " documented for their id.)",
    "error_texts": "The free texts of `errorMessage`: what isn't listed in `codes.py` is Unknown.",
    "same_recipient": "Exact length of the same-recipient window (\"about five minutes\").",
    "abroad": "Does the account validate in Kenya, Uganda, Tanzania and Rwanda too, and does it"
              " sell there in the local currency from the same balance?",
    "discounts": "The discount of each operator: sales are counted at their face.",
}  # fmt: skip
