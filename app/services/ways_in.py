"""By which of the configured providers money can be added, for which wallets."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.banks import BANKS
from app.domain.charges import ChargeMethod


@dataclass(frozen=True, slots=True)
class Collects:
    """By which methods, in which currencies and through which banks a provider collects."""

    methods: frozenset[ChargeMethod]
    currencies: frozenset[str]
    banks: frozenset[str]


@dataclass(frozen=True, slots=True)
class WaysIn:
    """Providers by name, in the order of FUNDING_PROVIDERS: `accounts` with the currencies they
    open accounts for; `charges` with what they collect."""

    accounts: Mapping[str, frozenset[str]]
    charges: Mapping[str, Collects]

    def account_provider(self, currency: str) -> str | None:
        """Who opens an account to pay into a wallet of this currency."""
        return next((name for name, of in self.accounts.items() if currency in of), None)

    def charge_provider(self, method: ChargeMethod, currency: str, bank: str = "") -> str | None:
        """Who collects by this method (and through this bank)."""
        return next(
            (
                name
                for name, way in self.charges.items()
                if method in way.methods and currency in way.currencies
                and (not bank or bank in way.banks)
            ),
            None,
        )  # fmt: skip

    def banks(self, currency: str) -> tuple[str, ...]:
        """Banks whose code a subscriber can dial, each once."""
        ways = [
            way
            for way in self.charges.values()
            if ChargeMethod.BANK_USSD in way.methods and currency in way.currencies
        ]
        return tuple(bank for bank in BANKS if any(bank in way.banks for way in ways))
