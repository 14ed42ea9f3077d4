"""Settings of merchants' webhooks, a part of app.config.Settings."""

from pydantic import Field
from pydantic_settings import BaseSettings


class MerchantSettings(BaseSettings):
    """How long a merchant's server has to answer, and whether webhooks may go to this machine,
    which live mode refuses."""

    webhook_timeout_seconds: float = Field(10, ge=1, le=20)
    webhook_loopback: bool = False
