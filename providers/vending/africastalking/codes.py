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
