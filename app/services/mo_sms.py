"""A MO SMS: its command, once per gateway id, its answer by SMS."""

from app.ports.channels import MoSms
from app.services.context import Context


def handle(ctx: Context, sms: MoSms) -> None:
    """TEMP"""
