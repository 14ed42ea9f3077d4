"""Every vending adapter with what its contract needs, by name."""

from tests.providers.vending import africastalking, africastalking_data, smedata, vtpass
from tests.providers.vending.contract import Vendor

VENDORS: dict[str, Vendor] = {
    vendor.name: vendor
    for vendor in (africastalking.VENDOR, africastalking_data.VENDOR, smedata.VENDOR, vtpass.VENDOR)
}
