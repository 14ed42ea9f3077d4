"""Handsets behind each gateway: how a gateway tells the program what a subscriber types.

The simulator, `nexustop dial` and the tests speak to the program through these, so that each
gateway's format is written once on this side too, from its own pages and without our reader.
"""

from providers.sandbox.phones.africastalking import AfricasTalkingPhone
from providers.sandbox.phones.call import Call, Phone, Screen, Wire
from providers.sandbox.phones.hubtel import HubtelPhone
from providers.sandbox.phones.kannel import KannelPhone

PHONES: dict[str, Phone] = {
    "africastalking": AfricasTalkingPhone(),
    "hubtel": HubtelPhone(),
    "kannel": KannelPhone(),
}

__all__ = ["PHONES", "Call", "Phone", "Screen", "Wire"]
