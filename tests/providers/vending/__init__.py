"""Every vending adapter with what its contract needs, by name."""

from tests.providers.vending import (
    africastalking,
    baxi,
    dingconnect,
    flutterwave,
    reloadly,
    vtpass,
)
from tests.providers.vending.contract import Vendor

VENDORS: dict[str, Vendor] = {
    module.VENDOR.name: module.VENDOR
    for module in (africastalking, baxi, dingconnect, flutterwave, reloadly, vtpass)
from tests.providers.vending import africastalking, dtone, vtpass
from tests.providers.vending.contract import Vendor

VENDORS: dict[str, Vendor] = {
    vendor.name: vendor for vendor in (africastalking.VENDOR, dtone.VENDOR, vtpass.VENDOR)
}
