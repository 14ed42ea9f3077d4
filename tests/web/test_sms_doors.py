"""SMS through its real doors: what can't be kept is answered, or it would be brought for hours."""

from urllib.parse import urlencode

import pytest

from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings


@pytest.mark.parametrize("field", ["id", "text", "to", "networkCode"])
def test_an_sms_with_a_nul_is_answered_and_not_kept(urls: Urls, redis_url: str, field: str) -> None:
    sms = {"id": f"nul-{field}", "from": SUBSCRIBER, "to": "20880", "text": "BAL"}
    sms[field] = f"{sms.get(field, '')}\0"
    with Gateway.to(settings(urls.program, redis_url)) as gateway:
        answer = gateway.call("/sms/africastalking/inbound", urlencode(sms).encode())
        assert answer == ("200 OK", "OK")
        with gateway.parts.db.statement() as tx:
            assert tx.one("select count(*) from mo_sms where gateway_id like 'nul-%'")[0] == 0
