"""Banks whose USSD code can be dialled for a charge, by our code.

Source: developer.flutterwave.com/v3.0/docs/ussd, supported banks. `code` goes out as
`account_bank`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bank:
    """A bank as Flutterwave numbers it."""

    code: str
    name: str


BANKS = {
    "access": Bank("044", "Access Bank"),
    "ecobank": Bank("050", "Ecobank"),
    "fcmb": Bank("214", "First City Monument Bank"),
    "fidelity": Bank("070", "Fidelity Bank"),
    "firstbank": Bank("011", "First Bank of Nigeria"),
    "gtb": Bank("058", "Guaranty Trust Bank"),
    "keystone": Bank("082", "Keystone Bank"),
    "lotus": Bank("303", "Lotus Bank"),
    "premiumtrust": Bank("105", "Premium Trust Bank"),
    "stanbic": Bank("221", "Stanbic IBTC Bank"),
    "sterling": Bank("232", "Sterling Bank"),
    "uba": Bank("033", "United Bank for Africa"),
    "union": Bank("032", "Union Bank"),
    "unity": Bank("215", "Unity Bank"),
    "vfd": Bank("090110", "VFD Microfinance Bank"),
    "wema": Bank("035", "Wema Bank"),
    "zenith": Bank("057", "Zenith Bank"),
}
