"""Amounts as people write them in an SMS: `500`, `N500`, `NGN 1,000`, `500 naira`, `500/=`."""

from dataclasses import dataclass

from app.domain.errors import BadAmount
from app.domain.money import Money, parse_amount

_SHILLINGS = "SHILLINGS SHILINGI SHS SH /= /-"
_BEFORE: dict[str, str] = {
    "NGN": "NGN =N= N #", "KES": "KES KSHS KSH SHS SH K", "GHS": "GHS GHC GH",
    "TZS": "TZS TSHS TSH SHS SH", "UGX": "UGX USHS USH SHS SH", "RWF": "RWF FRW RF",
}  # fmt: skip
_AFTER: dict[str, str] = {
    "NGN": "NGN NAIRA", "KES": f"KES KSHS KSH BOB {_SHILLINGS}", "GHS": "GHS CEDIS CEDI",
    "TZS": f"TZS TSHS TSH {_SHILLINGS}", "UGX": f"UGX USHS USH {_SHILLINGS}",
    "RWF": "RWF FRW FRANCS",
}  # fmt: skip
"""Signs of a currency, a longer one first. None of one letter stands after: `500K` isn't 500
shillings."""

_PIN_DIGITS = range(4, 7)
_ROUND = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """`written` is how it stood there, its words apart by blanks."""

    money: Money
    written: str

    @property
    def looks_like_a_pin(self) -> bool:
        """Four to six digits and nothing else, not even hundreds: somebody may have written the
        PIN where the amount belongs."""
        digits = self.written
        return digits.isdigit() and len(digits) in _PIN_DIGITS and int(digits) % _ROUND != 0


def amount_of(words: tuple[str, ...], currency: str) -> Amount | None:
    """The amount that these words in capitals are, with at most one sign of the currency."""
    if currency not in _BEFORE or not words:
        return None
    written = " ".join(words)
    digits = _without_sign(written, currency)
    if not digits[:1].isdigit() or digits.startswith("0"):
        return None  # a number or a PIN in the amount's place
    try:
        return Amount(parse_amount(digits, currency), written)
    except BadAmount:
        return None


def _without_sign(written: str, currency: str) -> str:
    for sign in _BEFORE[currency].split():
        if written.startswith(sign):
            return written.removeprefix(sign).strip()
    for sign in _AFTER[currency].split():
        if written.endswith(sign):
            return written.removesuffix(sign).strip()
    return written
