"""Our operators by the names that Reloadly lists them under, as data.

`MTN Nigeria` and its id 341 are in Reloadly's API reference (top-up status); the other names are to
be confirmed. Ids aren't data here: the list of a country gives them.
"""

import re

OPERATORS = {
    ("NG", "mtn nigeria"): "mtn-ng",
    ("NG", "airtel nigeria"): "airtel-ng",
    ("NG", "glo nigeria"): "glo-ng",
    ("NG", "9mobile (etisalat) nigeria"): "t2-ng",
    ("NG", "9mobile nigeria"): "t2-ng",
    ("NG", "t2 nigeria"): "t2-ng",
    ("NG", "smile nigeria"): "smile-ng",
    ("NG", "ntel nigeria"): "ntel-ng",
    ("KE", "safaricom kenya"): "safaricom-ke",
    ("KE", "airtel kenya"): "airtel-ke",
    ("KE", "telkom kenya"): "telkom-ke",
    ("GH", "mtn ghana"): "mtn-gh",
    ("GH", "telecel ghana"): "telecel-gh",
    ("GH", "vodafone ghana"): "telecel-gh",
    ("GH", "at ghana"): "at-gh",
    ("GH", "airteltigo ghana"): "at-gh",
    ("UG", "mtn uganda"): "mtn-ug",
    ("UG", "airtel uganda"): "airtel-ug",
    ("TZ", "vodacom tanzania"): "vodacom-tz",
    ("TZ", "yas tanzania"): "yas-tz",
    ("TZ", "tigo tanzania"): "yas-tz",
    ("RW", "mtn rwanda"): "mtn-rw",
}
"""(country, name in small letters) -> our code."""

AIRTIME_IDS = {"mtn-ng": "341"}
"""What is documented of ids, for an order that no catalogue chose a product for."""

_PRODUCT_WORDS = re.compile(r"(\s+(data|bundles?|internet))+\Z")


def operator_named(country: object, name: object) -> str | None:
    """Our code for a name as listed, which for data ends in such as ` Data`; None: not ours."""
    if not isinstance(country, str) or not isinstance(name, str):
        return None
    plain = _PRODUCT_WORDS.sub("", " ".join(name.split()).lower())
    return OPERATORS.get((country, plain))
