"""By which of the configured providers money can be added, for which wallets."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.banks import banks_with
from app.domain.charges import ChargeMethod


@dataclass(frozen=True, slots=True)
class WaysIn:
    """Providers by name, in the order of FUNDING_PROVIDERS: `accounts` with the currencies they
    open accounts for; `charges` with the methods and the currencies they collect in."""

    accounts: Mapping[str, frozenset[str]]
    charges: Mapping[str, tuple[frozenset[ChargeMethod], frozenset[str]]]

    def account_provider(self, currency: str) -> str | None:
        """Who opens an account to pay into a wallet of this currency."""
        return next((name for name, of in self.accounts.items() if currency in of), None)

    def charge_provider(self, method: ChargeMethod, currency: str, bank: str = "") -> str | None:
        """Who collects by this method (and through this bank)."""
        return next(
            (
                name
                for name, (methods, currencies) in self.charges.items()
                if method in methods and currency in currencies
                and (not bank or bank in banks_with(name, currency))
            ),
            None,
        )  # fmt: skip

    def banks(self, currency: str) -> tuple[str, ...]:
        """Banks whose code a subscriber can dial, each once."""
        offered = (
            bank
            for name, (methods, currencies) in self.charges.items()
            if ChargeMethod.BANK_USSD in methods and currency in currencies
            for bank in banks_with(name, currency)
        )
        return tuple(dict.fromkeys(offered))
