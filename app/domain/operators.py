"""Operators we sell for: their names, network codes, prefixes and airtime limits, as data.

Prefixes are the original allocation (numbering plan as carried by the phonenumbers package,
9.0.43) and only a hint: numbers are portable in Nigeria, Kenya and Ghana, so the SIM's network code
wins for one's own number and a person can always choose another operator. Network codes are what
Africa's Talking sends (its USSD page) and, for Smile and Ntel, the MCC and MNC of ITU-T E.212.
"""

from dataclasses import dataclass

from app.domain.money import Money
from app.domain.msisdn import Msisdn, country_of


@dataclass(frozen=True, slots=True)
class Operator:
    """One mobile operator in one country; `code` is ours and never changes."""

    code: str
    name: str
    country: str
    currency: str
    network_codes: tuple[str, ...]
    prefixes: tuple[str, ...]
    airtime_min: Money
    airtime_max: Money


COUNTRY_CURRENCY = {
    "NG": "NGN", "KE": "KES", "GH": "GHS", "UG": "UGX", "RW": "RWF", "TZ": "TZS",
}  # fmt: skip
"""Countries where subscribers can enrol, and the one currency of their wallets."""

_AIRTIME = {
    "NGN": (50_00, 50_000_00), "KES": (5_00, 10_000_00), "GHS": (1_00, 1_000_00),
    "UGX": (500, 500_000), "TZS": (500_00, 500_000_00), "RWF": (100, 200_000),
}  # fmt: skip
"""Least and most of one purchase of airtime, in minor units: our own, within what vendors take."""

_CALLING_CODES = {"NG": "234", "KE": "254", "GH": "233", "UG": "256", "TZ": "255", "RW": "250"}


def _operator(country: str, name: str, code: str, network_codes: str, prefixes: str) -> Operator:
    currency = COUNTRY_CURRENCY[country]
    least, most = _AIRTIME[currency]
    return Operator(
        code, name, country, currency, tuple(network_codes.split()),
        tuple(f"+{_CALLING_CODES[country]}{prefix}" for prefix in prefixes.split()),
        airtime_min=Money(least, currency), airtime_max=Money(most, currency),
    )  # fmt: skip


OPERATORS: dict[str, Operator] = {
    operator.code: operator
    for operator in (
        _operator("NG", "MTN", "mtn-ng", "62130",
                  "703 704 706 707 7025 7026 803 806 810 813 814 816 903 906 910 913 916"),
        _operator("NG", "Airtel", "airtel-ng", "62120",
                  "701 708 802 808 812 901 902 904 907 911 912"),
        _operator("NG", "Glo", "glo-ng", "62150", "705 805 807 811 815 905 915"),
        _operator("NG", "T2", "t2-ng", "62160", "809 817 818 908 909"),
        _operator("NG", "Smile", "smile-ng", "62127", "7020"),
        _operator("NG", "Ntel", "ntel-ng", "62140", "804 7021 7022"),
        _operator("KE", "Safaricom", "safaricom-ke", "63902",
                  "11 14 18 70 71 72 74 757 758 759 768 769 79"),
        _operator("KE", "Airtel", "airtel-ke", "63903",
                  "10 135 136 137 138 139 73 75 76 78"),
        _operator("KE", "Telkom", "telkom-ke", "63907", "120 761 77"),
        _operator("GH", "MTN", "mtn-gh", "62001", "24 25 53 54 55 59"),
        _operator("GH", "Telecel", "telecel-gh", "62002", "20 50"),
        _operator("GH", "AT", "at-gh", "62003 62006", "23 26 27 56 57"),
        _operator("UG", "MTN", "mtn-ug", "64110", "724 737 76 77 78 79"),
        _operator("UG", "Airtel", "airtel-ug", "64101", "70 730 731 732 74 75"),
        _operator("TZ", "Vodacom", "vodacom-tz", "64004", "72 74 75 76 79"),
        _operator("TZ", "Yas", "yas-tz", "64002", "65 67 70 71 77"),
        _operator("RW", "MTN", "mtn-rw", "63510", "78 79"),
    )
}  # fmt: skip

_BY_NETWORK_CODE = {code: op for op in OPERATORS.values() for code in op.network_codes}
_BY_PREFIX = {prefix: op for op in OPERATORS.values() for prefix in op.prefixes}
_PREFIX_LENGTHS = sorted({len(prefix) for prefix in _BY_PREFIX}, reverse=True)


def operator_of_network(network_code: str | None, country: str) -> Operator | None:
    """The operator behind a gateway's network code; None when missing, unknown or of another
    country."""
    found = _BY_NETWORK_CODE.get(network_code or "")
    return found if found and found.country == country else None


def operator_of_prefix(msisdn: Msisdn) -> Operator | None:
    """The operator the number was first allocated to (longest prefix); None when unknown."""
    return next((_BY_PREFIX[msisdn[:n]] for n in _PREFIX_LENGTHS if msisdn[:n] in _BY_PREFIX), None)


def best_known(msisdn: Msisdn, learned: str | None) -> Operator | None:
    """What was learned of the number (a code of ours), else what its prefix says. Only operators of
    its own country count; None when nobody knows. The SIM's network code, where there is one, knows
    better than both."""
    country = country_of(msisdn)
    ways = (OPERATORS.get(learned or ""), operator_of_prefix(msisdn))
    return next((found for found in ways if found and found.country == country), None)


def operators_in(country: str) -> tuple[Operator, ...]:
    """The country's operators, in the order they are offered."""
    return tuple(op for op in OPERATORS.values() if op.country == country)
