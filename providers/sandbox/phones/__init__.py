"""Handsets behind each gateway: how a gateway tells the program what a subscriber types or writes.

The simulator, `nexustop dial` and the tests speak to the program through these, so that each
gateway's format is written once on this side too, from its own pages and without our reader.
"""

from providers.sandbox.phones import africastalking, kannel
from providers.sandbox.phones.africastalking import AfricasTalkingPhone
from providers.sandbox.phones.arkesel import ArkeselPhone
from providers.sandbox.phones.call import (
    Call,
    NotShown,
    Phone,
    Screen,
    Text,
    Texting,
    ToldAllEnds,
    Wire,
)
from providers.sandbox.phones.comviva import ComvivaPhone
from providers.sandbox.phones.hollatags import HollatagsPhone
from providers.sandbox.phones.hubtel import HubtelPhone
from providers.sandbox.phones.infobip import InfobipPhone
from providers.sandbox.phones.kannel import KannelPhone
from providers.sandbox.phones.madapi import MadapiPhone
from providers.sandbox.phones.moolre import MoolrePhone
from providers.sandbox.phones.nalo import NaloPhone
from providers.sandbox.phones.safaricom import SafaricomPhone
from providers.sandbox.phones.truroute import TruRoutePhone

PHONES: dict[str, Phone] = {
    "africastalking": AfricasTalkingPhone(),
    "arkesel": ArkeselPhone(),
    "comviva": ComvivaPhone(),
    "hollatags": HollatagsPhone(),
    "hubtel": HubtelPhone(),
    "infobip": InfobipPhone(),
    "madapi": MadapiPhone(),
    "moolre": MoolrePhone(),
    "nalo": NaloPhone(),
    "safaricom": SafaricomPhone(),
    "truroute": TruRoutePhone(),
    "kannel": KannelPhone(),
}

TEXTS: dict[str, Texting] = {"africastalking": africastalking.text, "kannel": kannel.text}
"""SMS gateways that call by HTTP; SMPP has the program call, and wants an SMSC."""

__all__ = [
    "PHONES", "TEXTS", "Call", "NotShown", "Phone", "Screen", "Text", "ToldAllEnds", "Wire",
]  # fmt: skip
