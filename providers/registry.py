"""Names to constructors: the only file that imports vendor and gateway folders."""

from typing import Any

from providers.channels.africastalking import sms as africastalking_sms
from providers.channels.africastalking import ussd as africastalking_ussd
from providers.identity.aggregator import adapter as aggregator
from providers.payments.flutterwave import adapter as flutterwave
from providers.payments.momo import adapter as momo
from providers.payments.mpesa import adapter as mpesa
from providers.payments.paystack import adapter as paystack
from providers.sim_swap.africastalking import adapter as africastalking_sim_swap
from providers.sim_swap.africastalking import callbacks as africastalking_sim_swap_callbacks
from providers.statements import csv_file
from providers.vending.africastalking import adapter as africastalking_airtime
from providers.vending.africastalking import callbacks as africastalking_callbacks
from providers.vending.africastalking.service import Account as AfricasTalkingAccount
from providers.vending.vtpass import adapter as vtpass
from providers.vending.vtpass import callbacks as vtpass_callbacks

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
    vtpass.NAME: vtpass.Vtpass,
}
TAKE_RECALLS: frozenset[str] = frozenset()
"""Which vending providers document a call that takes a delivery back (RecallProvider): none of the
two so far; a wrong number at them is a case for staff."""
LOOK_UPS: frozenset[str] = frozenset()
"""Which vending providers document a call that says whose a number is (OperatorLookup)."""
SMS_GATEWAYS = {africastalking_ussd.CHANNEL: africastalking_sms.AfricasTalkingSms}
USSD_GATEWAYS = {africastalking_ussd.CHANNEL: africastalking_ussd}
SMS_DIALECTS = {africastalking_ussd.CHANNEL: africastalking_sms}
CALLBACKS = {
    africastalking_airtime.NAME: africastalking_callbacks,
    vtpass.NAME: vtpass_callbacks,
}

SIM_SWAP = {africastalking_sim_swap.NAME: africastalking_sim_swap.AfricasTalkingSimSwap}
SIM_SWAP_CALLBACKS = {africastalking_sim_swap.NAME: africastalking_sim_swap_callbacks}

AfricasTalkingInsights = africastalking_sim_swap.InsightsAccount
AfricasTalkingSmsSettings = africastalking_sms.SmsSettings
FlutterwaveSettings = flutterwave.FlutterwaveSettings
MomoSettings = momo.MomoSettings
MpesaSettings = mpesa.MpesaSettings
AggregatorSettings = aggregator.AggregatorSettings
PaystackSettings = paystack.PaystackSettings
StatementFile = csv_file.StatementFile
VtpassSettings = vtpass.VtpassSettings

__all__ = [
    "CALLBACKS", "GIVE_STATEMENTS", "LOOK_UPS", "OPEN_ACCOUNTS", "PAYMENTS", "SIM_SWAP",
    "SIM_SWAP_CALLBACKS", "SMS_DIALECTS", "SMS_GATEWAYS", "TAKE_CHARGES", "TAKE_RECALLS",
    "TELL_REFUNDS_APART", "USSD_GATEWAYS", "VENDING",
    "AfricasTalkingAccount", "AfricasTalkingInsights", "AfricasTalkingSmsSettings",
    "FlutterwaveSettings", "MomoSettings", "MpesaSettings", "PaystackSettings", "StatementFile",
    "VtpassSettings", "IDENTITY", "AggregatorSettings",
]  # fmt: skip
