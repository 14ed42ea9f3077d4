"""Names to constructors: the only file that imports vendor and gateway folders."""

from providers.channels.africastalking import sms as africastalking_sms
from providers.channels.africastalking import ussd as africastalking_ussd
from providers.payments.paystack import adapter as paystack
from providers.statements import csv_file
from providers.vending.africastalking import adapter as africastalking_airtime
from providers.vending.africastalking import callbacks as africastalking_callbacks
from providers.vending.africastalking.service import Account as AfricasTalkingAccount
from providers.vending.vtpass import adapter as vtpass
from providers.vending.vtpass import callbacks as vtpass_callbacks

PAYMENTS = {paystack.NAME: paystack.Paystack}
OPEN_ACCOUNTS = frozenset({paystack.NAME})
"""Which payment providers open accounts to pay into (AccountProvider)."""
TAKE_CHARGES: frozenset[str] = frozenset()
"""Which collect money on our word (ChargeProvider)."""
GIVE_STATEMENTS: frozenset[str] = frozenset()
"""Which list what happened on a day (StatementProvider)."""
VENDING = {
    africastalking_airtime.NAME: africastalking_airtime.AfricasTalkingAirtime,
    vtpass.NAME: vtpass.Vtpass,
}
SMS_GATEWAYS = {africastalking_ussd.CHANNEL: africastalking_sms.AfricasTalkingSms}
USSD_GATEWAYS = {africastalking_ussd.CHANNEL: africastalking_ussd}
SMS_DIALECTS = {africastalking_ussd.CHANNEL: africastalking_sms}
CALLBACKS = {
    africastalking_airtime.NAME: africastalking_callbacks,
    vtpass.NAME: vtpass_callbacks,
}

AfricasTalkingSmsSettings = africastalking_sms.SmsSettings
PaystackSettings = paystack.PaystackSettings
StatementFile = csv_file.StatementFile
VtpassSettings = vtpass.VtpassSettings

__all__ = [
    "CALLBACKS", "GIVE_STATEMENTS", "OPEN_ACCOUNTS", "PAYMENTS", "SMS_DIALECTS", "SMS_GATEWAYS",
    "TAKE_CHARGES", "USSD_GATEWAYS", "VENDING",
    "AfricasTalkingAccount", "AfricasTalkingSmsSettings", "PaystackSettings", "StatementFile",
    "VtpassSettings",
]  # fmt: skip
