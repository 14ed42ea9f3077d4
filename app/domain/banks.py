"""Banks whose USSD code can pay a charge: our codes, which never change, and their names. How each
payment provider calls them stands in the provider's folder."""

BANKS: dict[str, str] = {
    "gtb": "GTBank",
    "access": "Access Bank",
    "firstbank": "First Bank",
    "uba": "UBA",
    "zenith": "Zenith Bank",
    "fidelity": "Fidelity Bank",
    "sterling": "Sterling Bank",
    "union": "Union Bank",
    "wema": "Wema Bank",
    "fcmb": "FCMB",
    "stanbic": "Stanbic IBTC",
    "ecobank": "Ecobank",
    "unity": "Unity Bank",
    "keystone": "Keystone Bank",
    "premiumtrust": "PremiumTrust",
    "lotus": "Lotus Bank",
    "vfd": "VFD Bank",
}
"""In the order in which they are offered."""
