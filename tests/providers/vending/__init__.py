"""Every vending adapter with what its contract needs, by name."""

from tests.providers.vending import (
    africastalking,
    africastalking_data,
    baxi,
    dingconnect,
    dtone,
    flutterwave,
    reloadly,
    smedata,
    vtpass,
)
from tests.providers.vending.contract import Vendor

_MODULES = (
    africastalking, africastalking_data, baxi, dingconnect, dtone, flutterwave, reloadly, smedata,
    vtpass,
)  # fmt: skip

VENDORS: dict[str, Vendor] = {module.VENDOR.name: module.VENDOR for module in _MODULES}
