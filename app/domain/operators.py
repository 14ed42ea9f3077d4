"""Operators we sell for: their names, network codes, prefixes and airtime limits, as data.

Prefixes are the original allocation (numbering plan as carried by the phonenumbers package,
9.0.43) and only a hint: numbers are portable in Nigeria, so the SIM's network code wins for one's
own number and a person can always choose another operator.
"""

from dataclasses import dataclass

from app.domain.money import Money
from app.domain.msisdn import Msisdn


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


def _nigerian(code: str, name: str, network_code: str, prefixes: str) -> Operator:
    return Operator(
        code, name, "NG", "NGN", (network_code,), tuple(f"+234{p}" for p in prefixes.split()),
        airtime_min=Money(50_00, "NGN"), airtime_max=Money(50_000_00, "NGN"),
    )  # fmt: skip


OPERATORS: dict[str, Operator] = {
    operator.code: operator
    for operator in (
        _nigerian("mtn-ng", "MTN", "62130",
                  "703 704 706 707 7025 7026 803 806 810 813 814 816 903 906 910 913 916"),
        _nigerian("airtel-ng", "Airtel", "62120",
                  "701 708 802 808 812 901 902 904 907 911 912"),
        _nigerian("glo-ng", "Glo", "62150", "705 805 807 811 815 905 915"),
        _nigerian("t2-ng", "T2", "62160", "809 817 818 908 909"),
    )
}  # fmt: skip

_BY_NETWORK_CODE = {code: op for op in OPERATORS.values() for code in op.network_codes}
_BY_PREFIX = {prefix: op for op in OPERATORS.values() for prefix in op.prefixes}
_PREFIX_LENGTHS = sorted({len(prefix) for prefix in _BY_PREFIX}, reverse=True)

COUNTRY_CURRENCY = {
    "NG": "NGN", "KE": "KES", "GH": "GHS", "UG": "UGX", "RW": "RWF", "TZ": "TZS",
}  # fmt: skip
"""Countries where subscribers can enrol, and the one currency of their wallets. Where no operator
is listed above, a wallet holds and moves money and buys no airtime."""


def operator_of_network(network_code: str | None) -> Operator | None:
    """The operator behind a gateway's network code; None when missing or unknown."""
    return _BY_NETWORK_CODE.get(network_code or "")


def operator_of_prefix(msisdn: Msisdn) -> Operator | None:
    """The operator the number was first allocated to (longest prefix); None when unknown."""
    return next((_BY_PREFIX[msisdn[:n]] for n in _PREFIX_LENGTHS if msisdn[:n] in _BY_PREFIX), None)


def operators_in(country: str) -> tuple[Operator, ...]:
    """The country's operators, in the order they are offered."""
    return tuple(op for op in OPERATORS.values() if op.country == country)
