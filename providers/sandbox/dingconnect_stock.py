"""What the sandbox's DingConnect sells: its providers, their products, and prices in US dollars.

The shapes are GetProviders' and GetProducts' (dingconnect.com/Api); codes and rates are made up,
the rates so round that most amounts come out in whole cents.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.domain.money import MINOR_DIGITS
from app.domain.operators import OPERATORS
from providers.sandbox.stock import plans_of

CURRENCY = "USD"
MINOR_PER_CENT = {"NGN": 1000, "KES": 100, "GHS": 10, "UGX": 40, "TZS": 2500, "RWF": 10}
"""Minor units that arrive for one US cent: NGN 1,000 for a dollar, and so on."""
_LEAST_CENTS, _MOST_CENTS = 1, 10_000

PROVIDERS = {
    "MTNG": ("mtn-ng", "MTN Nigeria"), "ZANG": ("airtel-ng", "Airtel Nigeria"),
    "GLNG": ("glo-ng", "Glo Nigeria"), "ETNG": ("t2-ng", "9Mobile (Etisalat) Nigeria"),
    "SMNG": ("smile-ng", "Smile Nigeria"), "SFKE": ("safaricom-ke", "Safaricom Kenya"),
    "ZAKE": ("airtel-ke", "Airtel Kenya"), "TKKE": ("telkom-ke", "Telkom Kenya"),
    "MTGH": ("mtn-gh", "MTN Ghana"), "VFGH": ("telecel-gh", "Telecel Ghana"),
    "TGGH": ("at-gh", "AT Ghana"), "MTUG": ("mtn-ug", "MTN Uganda"),
    "ZAUG": ("airtel-ug", "Airtel Uganda"), "VCTZ": ("vodacom-tz", "Vodacom Tanzania"),
    "TGTZ": ("yas-tz", "Tigo Tanzania"), "MTRW": ("mtn-rw", "MTN Rwanda"),
}  # fmt: skip
"""Ding's code -> our operator, and its name at Ding."""


@dataclass(frozen=True, slots=True)
class Product:
    """`cents` is the price of a plan, None of airtime, which takes any between its bounds;
    `receive_minor` is what arrives for it."""

    sku: str
    provider: str
    operator: str
    currency: str
    text: str
    cents: int | None = None
    receive_minor: int = 0
    days: int = 0


def _products() -> Iterable[Product]:
    for provider, (operator, name) in PROVIDERS.items():
        currency = OPERATORS[operator].currency
        sku = f"{provider[2:]}_{provider[:2]}_TopUp"
        yield Product(sku, provider, operator, currency, f"{name} top-up")
        for plan in plans_of(operator):
            cents = -(-plan.price_minor // MINOR_PER_CENT[currency])
            big = plan.size_mb % 1024 == 0
            size = f"{plan.size_mb // 1024} GB" if big else f"{plan.size_mb} MB"
            yield Product(
                f"{provider}-{plan.slug}", provider, operator, currency,
                f"{name} {size} for {plan.days} days", cents, plan.price_minor, plan.days,
            )  # fmt: skip


PRODUCTS = {product.sku: product for product in _products()}


def arrives(product: Product, cents: int) -> int:
    """Minor units that reach the phone for so many cents."""
    return product.receive_minor or cents * MINOR_PER_CENT[product.currency]


def costs(product: Product, receive_minor: int) -> int:
    """Cents that come nearest to bringing so much."""
    rate = MINOR_PER_CENT[product.currency]
    return product.cents or max(1, (2 * receive_minor + rate) // (2 * rate))


def takes(product: Product, cents: int) -> bool:
    """Is this a SendValue that the product takes?"""
    return cents == product.cents if product.cents else _LEAST_CENTS <= cents <= _MOST_CENTS


def price(product: Product, cents: int) -> dict[str, Any]:
    """A Price."""
    received = arrives(product, cents) / 10 ** MINOR_DIGITS[product.currency]
    return {
        "CustomerFee": 0.0, "DistributorFee": 0.0, "ReceiveValue": received,
        "ReceiveCurrencyIso": product.currency, "ReceiveValueExcludingTax": received,
        "TaxRate": 0.0, "TaxName": None, "TaxCalculation": None, "SendValue": cents / 100,
        "SendCurrencyIso": CURRENCY,
    }  # fmt: skip


def provider_row(code: str) -> dict[str, Any]:
    """A provider as GetProviders lists it."""
    operator, name = PROVIDERS[code]
    country = OPERATORS[operator].country
    return {
        "ProviderCode": code, "CountryIso": country, "Name": name, "ShortName": None,
        "ValidationRegex": r"^[0-9]{11,12}$", "CustomerCareNumber": "", "RegionCodes": [country],
        "PaymentTypes": ["Prepaid"], "LogoUrl": "",
    }  # fmt: skip


def product_row(product: Product) -> dict[str, Any]:
    """A product as GetProducts lists it."""
    country = OPERATORS[product.operator].country
    return {
        "ProviderCode": product.provider, "SkuCode": product.sku, "LocalizationKey": product.sku,
        "SettingDefinitions": [], "Maximum": price(product, product.cents or _MOST_CENTS),
        "Minimum": price(product, product.cents or _LEAST_CENTS), "CommissionRate": 0.03,
        "ProcessingMode": "Instant", "RedemptionMechanism": "Immediate",
        "Benefits": ["Mobile", "Data" if product.cents else "Minutes"],
        "ValidityPeriodIso": f"P{product.days}D" if product.days else None,
        "UatNumber": "", "AdditionalInformation": None, "DefaultDisplayText": product.text,
        "RegionCode": country, "PaymentTypes": ["Prepaid"], "LookupBillsRequired": False,
    }  # fmt: skip
