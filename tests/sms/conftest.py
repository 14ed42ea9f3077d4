"""Somebody who sends an SMS."""

import pytest

from app.domain.msisdn import Msisdn
from menus.keywords.sms import Sender


@pytest.fixture
def sender() -> Sender:
    """A Nigerian whose SIM is MTN's."""
    return Sender(Msisdn("+2348030000001"), "62130", "NG", "NGN", "*384*123#")
