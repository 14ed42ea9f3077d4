"""What airtime is called at a provider, for tests that put it into the catalogue themselves."""

from providers.vending.baxi import codes as baxi
from providers.vending.flutterwave import codes as flutterwave
from providers.vending.reloadly.operators import AIRTIME_IDS
from providers.vending.vtpass import codes as vtpass

_CODES = {
    "vtpass": vtpass.AIRTIME, "baxi": baxi.SERVICES, "flutterwave": flutterwave.AIRTIME,
    "reloadly": AIRTIME_IDS,
}  # fmt: skip


def airtime_code(provider: str, operator: str) -> str:
    """Its own code of the operator's airtime; of a provider that names none, any will do."""
    return _CODES.get(provider, {}).get(operator, "airtime")
