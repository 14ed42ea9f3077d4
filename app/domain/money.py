"""Money: whole minor units of one ISO 4217 currency. No floats, no arithmetic across currencies."""

import re
from dataclasses import dataclass

from app.domain.errors import BadAmount, CurrencyMismatch

MINOR_DIGITS = {
    "NGN": 2, "KES": 2, "GHS": 2, "UGX": 0, "TZS": 2, "RWF": 0, "USD": 2, "XOF": 0,
}  # fmt: skip
"""How many decimal places each currency has (ISO 4217)."""

_WRITTEN = {
    "NGN": ("N",), "KES": ("KSHS", "KSH.", "KSH", "SH", "K"), "GHS": ("GHC", "GH", "G"),
    "UGX": ("USHS", "USH.", "USH", "SH", "U"), "TZS": ("TSHS", "TSH.", "TSH", "SH", "T"),
    "RWF": ("FRW", "RF", "R"),
}  # fmt: skip
"""What people write before an amount instead of its currency's code, the longest first."""
_AFTER_SHILLINGS = ("/=", "/-")

_TYPED = re.compile(r"(?a:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,9})(?:\.(?a:([0-9]{1,2})))?\Z")


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units (kobo, cents) of one currency; may be negative in a posting."""

    amount_minor: int
    currency: str

    @staticmethod
    def of_units(whole: int, currency: str) -> "Money":
        """So many naira, shillings, cedis."""
        return Money(whole * 10 ** MINOR_DIGITS[currency], currency)

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount_minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount_minor, self.currency)

    def __str__(self) -> str:
        """`NGN 5,000.00`: the form used on every screen and in every SMS."""
        digits = MINOR_DIGITS[self.currency]
        sign = "-" if self.amount_minor < 0 else ""
        whole, part = divmod(abs(self.amount_minor), 10**digits)
        decimals = f".{part:0{digits}d}" if digits else ""
        return f"{self.currency} {sign}{whole:,}{decimals}"

    def units(self) -> str:
        """`-5000.00`: for tables that machines read."""
        sign = "-" if self.amount_minor < 0 else ""
        digits = MINOR_DIGITS[self.currency]
        whole, part = divmod(abs(self.amount_minor), 10**digits)
        return f"{sign}{whole}.{part:0{digits}d}" if digits else f"{sign}{whole}"

    def label(self) -> str:
        """`NGN 200`: the short form for option labels, without an empty fraction."""
        return str(self).removesuffix("." + "0" * MINOR_DIGITS[self.currency])

    def is_whole(self) -> bool:
        """Has it no cents? Always so where the currency has none."""
        return bool(self.amount_minor % 10 ** MINOR_DIGITS[self.currency] == 0)

    def decimal(self) -> str:
        """`5000.00`: the form of APIs that write whole units."""
        return str(self).removeprefix(f"{self.currency} ").replace(",", "")

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount_minor


def parse_amount(typed: str, currency: str) -> Money:
    """The amount a person typed in whole units: `500`, `1,000`, `99.50`, `N500`, `NGN 500`, and in
    shillings `Ksh 500`, `500/=`.

    Only ASCII digits count. Raises BadAmount for anything else, zero included.
    """
    text = _bare(typed.strip().upper(), currency)
    match = _TYPED.match(text)
    digits = MINOR_DIGITS[currency]
    if not match:
        raise BadAmount
    fraction = match.group(1) or ""
    if len(fraction) > digits:
        raise BadAmount
    whole = text.split(".")[0].replace(",", "")
    minor = int(whole) * 10**digits + int((fraction or "0").ljust(digits, "0") or "0")
    if minor <= 0:
        raise BadAmount
    return Money(minor, currency)


def _bare(text: str, currency: str) -> str:
    """The number alone."""
    written = _WRITTEN.get(currency, ())
    if "SH" in written:
        for suffix in _AFTER_SHILLINGS:
            text = text.removesuffix(suffix)
    name = next((name for name in (currency, *written) if text.startswith(name)), "")
    return text.removeprefix(name).strip()
