"""Names to constructors: the only file that imports vendor and gateway folders."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from app.ports.channels import SmsGateway, UssdDialect
from providers.channels.africastalking import sms as africastalking_sms
from providers.channels.africastalking import ussd as africastalking_ussd
from providers.channels.arkesel import ussd as arkesel_ussd
from providers.channels.comviva import ussd as comviva_ussd
from providers.channels.hollatags import ussd as hollatags_ussd
from providers.channels.hubtel import ussd as hubtel_ussd
from providers.channels.infobip import ussd as infobip_ussd
from providers.channels.kannel import sms as kannel_sms
from providers.channels.kannel import ussd as kannel_ussd
from providers.channels.madapi import ussd as madapi_ussd
from providers.channels.moolre import ussd as moolre_ussd
from providers.channels.nalo import ussd as nalo_ussd
from providers.channels.safaricom import ussd as safaricom_ussd
from providers.channels.smpp import gateway as smpp_gateway
from providers.channels.smpp import process as smpp_process
from providers.channels.truroute import ussd as truroute_ussd
from providers.identity.aggregator import adapter as aggregator
from providers.payments.flutterwave import adapter as flutterwave
from providers.payments.momo import adapter as momo
from providers.payments.mpesa import adapter as mpesa
from providers.payments.paystack import adapter as paystack
from providers.sim_swap.africastalking import adapter as africastalking_sim_swap
from providers.sim_swap.africastalking import callbacks as africastalking_sim_swap_callbacks
from providers.statements import csv_file, layouts
from providers.vending.africastalking import adapter as africastalking_airtime
from providers.vending.africastalking import callbacks as africastalking_callbacks
from providers.vending.africastalking import codes as africastalking_airtime_codes
from providers.vending.africastalking.service import Account as AfricasTalkingAccount
from providers.vending.africastalking_data import adapter as africastalking_data
from providers.vending.africastalking_data import callbacks as africastalking_data_callbacks
from providers.vending.africastalking_data import codes as africastalking_data_codes
from providers.vending.baxi import adapter as baxi
from providers.vending.baxi import codes as baxi_codes
from providers.vending.dingconnect import adapter as dingconnect
from providers.vending.dingconnect import codes as dingconnect_codes
from providers.vending.dtone import adapter as dtone
from providers.vending.dtone import callbacks as dtone_callbacks
from providers.vending.dtone import codes as dtone_codes
from providers.vending.flutterwave import adapter as flutterwave_bills
from providers.vending.flutterwave import callbacks as flutterwave_bills_callbacks
from providers.vending.flutterwave import codes as flutterwave_bills_codes
from providers.vending.reloadly import adapter as reloadly
from providers.vending.reloadly import callbacks as reloadly_callbacks
from providers.vending.reloadly import codes as reloadly_codes
from providers.vending.smedata import adapter as smedata
from providers.vending.smedata import codes as smedata_codes
from providers.vending.vtpass import adapter as vtpass
from providers.vending.vtpass import callbacks as vtpass_callbacks
from providers.vending.vtpass import codes as vtpass_codes

PAYMENTS: dict[str, Any] = {
    paystack.NAME: paystack.Paystack,
    flutterwave.NAME: flutterwave.Flutterwave,
    mpesa.NAME: mpesa.Mpesa,
    momo.NAME: momo.Momo,
}
OPEN_ACCOUNTS = frozenset({paystack.NAME, flutterwave.NAME})
"""Which payment providers open accounts to pay into (AccountProvider)."""
TAKE_CHARGES = frozenset({paystack.NAME, flutterwave.NAME, mpesa.NAME, momo.NAME})
"""Which collect money on our word (ChargeProvider)."""
GIVE_STATEMENTS = frozenset({paystack.NAME, flutterwave.NAME})
"""Which list what happened on a day (StatementProvider)."""
TELL_REFUNDS_APART = frozenset({paystack.NAME})
"""Whose word on a payment leaves its refunds out (RefundReader)."""
IDENTITY = aggregator.Aggregator
VENDING = {
    africastalking_airtime.NAME: africastalking_airtime.AfricasTalkingAirtime,
    africastalking_data.NAME: africastalking_data.AfricasTalkingData,
    vtpass.NAME: vtpass.Vtpass,
    dingconnect.NAME: dingconnect.DingConnect,
    reloadly.NAME: reloadly.Reloadly,
    flutterwave_bills.NAME: flutterwave_bills.FlutterwaveBills,
    baxi.NAME: baxi.Baxi,
    dtone.NAME: dtone.Dtone,
    smedata.NAME: smedata.SmeData,
}
LOOK_UPS = frozenset({reloadly.NAME, dingconnect.NAME, dtone.NAME})
"""Which vending providers say where a number is (OperatorLookup). What it sells each of them lists
(CatalogueProvider), some from a file of ours or their adapter's own data."""
OPEN_ITEMS: Mapping[str, Mapping[str, str]] = {
    africastalking_airtime.NAME: africastalking_airtime_codes.TO_CONFIRM,
    africastalking_data.NAME: africastalking_data_codes.TO_CONFIRM,
    vtpass.NAME: vtpass_codes.TO_CONFIRM,
    dingconnect.NAME: dingconnect_codes.TO_CONFIRM,
    reloadly.NAME: reloadly_codes.TO_CONFIRM,
    flutterwave_bills.NAME: flutterwave_bills_codes.TO_CONFIRM,
    baxi.NAME: baxi_codes.TO_CONFIRM,
    dtone.NAME: dtone_codes.TO_CONFIRM,
    smedata.NAME: smedata_codes.TO_CONFIRM,
}
"""What is to be confirmed with each vendor, id -> question; live mode waits for staff to say that
it was."""
TAKE_RECALLS: frozenset[str] = frozenset()
"""Which vending providers document a call that takes a delivery back (RecallProvider): none so
far (DingConnect cancels what it still processes, no more); a wrong number is a case for staff."""
USSD_GATEWAYS: dict[str, Callable[[str], UssdDialect]] = {
    africastalking_ussd.NAME: africastalking_ussd.AfricasTalkingUssd,
    arkesel_ussd.NAME: arkesel_ussd.ArkeselUssd,
    comviva_ussd.NAME: comviva_ussd.ComvivaUssd,
    hollatags_ussd.NAME: hollatags_ussd.HollatagsUssd,
    hubtel_ussd.NAME: hubtel_ussd.HubtelUssd,
    infobip_ussd.NAME: infobip_ussd.InfobipUssd,
    madapi_ussd.NAME: madapi_ussd.MadapiUssd,
    moolre_ussd.NAME: moolre_ussd.MoolreUssd,
    nalo_ussd.NAME: nalo_ussd.NaloUssd,
    safaricom_ussd.NAME: safaricom_ussd.SafaricomUssd,
    truroute_ussd.NAME: truroute_ussd.TruRouteUssd,
    kannel_ussd.NAME: kannel_ussd.KannelUssd,
}
"""Each is made with the short code."""
SMS_GATEWAYS: dict[str, Callable[..., SmsGateway]] = {
    africastalking_sms.NAME: africastalking_sms.AfricasTalkingSms,
    kannel_sms.NAME: kannel_sms.KannelSms,
    smpp_gateway.NAME: smpp_gateway.SmppSms,
}
SMS_DIALECTS = {africastalking_sms.NAME: africastalking_sms, kannel_sms.NAME: kannel_sms}
"""Each reads what it brings with parse_inbound and parse_delivery, and parse_opt_out if it has
any."""
CALLBACKS = {
    africastalking_airtime.NAME: africastalking_callbacks,
    africastalking_data.NAME: africastalking_data_callbacks,
    vtpass.NAME: vtpass_callbacks,
    reloadly.NAME: reloadly_callbacks,
    flutterwave_bills.NAME: flutterwave_bills_callbacks,
    dtone.NAME: dtone_callbacks,
}

SIM_SWAP = {africastalking_sim_swap.NAME: africastalking_sim_swap.AfricasTalkingSimSwap}
SIM_SWAP_CALLBACKS = {africastalking_sim_swap.NAME: africastalking_sim_swap_callbacks}

AfricasTalkingInsights = africastalking_sim_swap.InsightsAccount
AfricasTalkingSmsSettings = africastalking_sms.SmsSettings
DingConnectSettings = dingconnect.DingConnectSettings
BaxiSettings = baxi.BaxiSettings
FlutterwaveBillsSettings = flutterwave_bills.FlutterwaveBillsSettings
DtoneSettings = dtone.DtoneSettings
FlutterwaveSettings = flutterwave.FlutterwaveSettings
KannelSettings = kannel_sms.KannelSettings
MomoSettings = momo.MomoSettings
MpesaSettings = mpesa.MpesaSettings
BundlesAccount = africastalking_data.BundlesAccount
SmeDataSettings = smedata.SmeDataSettings
AggregatorSettings = aggregator.AggregatorSettings
PaystackSettings = paystack.PaystackSettings
ReloadlySettings = reloadly.ReloadlySettings
StatementFile = csv_file.StatementFile
EXPORTS = {name: partial(csv_file.StatementFile, name) for name in layouts.LAYOUTS}
"""Provider -> what opens a file that its dashboard exported."""
VtpassSettings = vtpass.VtpassSettings

smpp = smpp_process
"""The process that carries SMPP, and its settings."""

__all__ = [
    "CALLBACKS", "EXPORTS", "GIVE_STATEMENTS", "LOOK_UPS", "OPEN_ACCOUNTS", "OPEN_ITEMS",
    "PAYMENTS", "SIM_SWAP", "SIM_SWAP_CALLBACKS", "SMS_DIALECTS", "SMS_GATEWAYS", "TAKE_CHARGES",
    "TAKE_RECALLS", "TELL_REFUNDS_APART", "USSD_GATEWAYS", "VENDING",
    "AfricasTalkingAccount", "AfricasTalkingInsights", "AfricasTalkingSmsSettings", "BaxiSettings",
    "BundlesAccount", "DingConnectSettings", "DtoneSettings", "FlutterwaveBillsSettings",
    "FlutterwaveSettings", "KannelSettings", "MomoSettings", "MpesaSettings", "PaystackSettings",
    "ReloadlySettings", "SmeDataSettings", "StatementFile", "VtpassSettings", "IDENTITY",
    "AggregatorSettings",
    "smpp",
]  # fmt: skip
