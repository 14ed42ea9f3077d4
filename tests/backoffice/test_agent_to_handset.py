"""The demo agent takes cash in by browser, and the demo subscriber sees it by dialling: one program
behind both doors."""

import pyotp
from werkzeug.test import Client, TestResponse

from app.db import web_accounts
from app.domain.secret import Secret
from app.services.agent_logins import add_demo_login
from app.services.backoffice.web_code import key_place
from app.services.demo import AGENT
from tests.backoffice.till import reference_of
from tests.conftest import Urls
from tests.factories.gateway import SUBSCRIBER, Gateway, settings

PASSWORD = Secret("correct horse 9")
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def enrol_code_app(gateway: Gateway) -> None:
    ctx = gateway.parts.context
    add_demo_login(ctx, AGENT, PASSWORD)
    with ctx.db.transaction() as tx:
        account = web_accounts.find(tx, "agent", AGENT)
        assert account is not None
        sealed = ctx.fields.encrypt(Secret(KEY), key_place("agent", account.id))
        assert web_accounts.enrol(tx, "agent", account.id, sealed, 0, ctx.clock.now())


class Counter:
    """The agent's browser in front of the program."""

    def __init__(self, gateway: Gateway) -> None:
        self.client = Client(gateway.parts.web)

    def field(self, path: str, name: str) -> str:
        page = self.client.get(path).text
        return page.split(f'name="{name}"', 1)[1].split('value="', 1)[1].split('"', 1)[0]

    def send(self, path: str, **fields: str) -> TestResponse:
        return self.client.post(path, data=fields)


def test_cash_taken_in_by_browser_is_the_balance_on_the_handset(urls: Urls, redis_url: str) -> None:
    with Gateway.to(settings(urls.program, redis_url)) as gateway:
        enrol_code_app(gateway)
        assert "Balance NGN 5,000.00" in gateway.dial()[-1]
        agent, sign_in, cash = Counter(gateway), "/backoffice/sign-in", "/backoffice/cash/in"
        agent.send(
            sign_in, name=AGENT, password=PASSWORD.value,
            csrf_token=agent.field(sign_in, "csrf_token"),
        )  # fmt: skip
        agent.send(
            f"{sign_in}/code", code=pyotp.TOTP(KEY).now(),
            csrf_token=agent.field(f"{sign_in}/code", "csrf_token"),
        )  # fmt: skip
        fields = {
            "number": SUBSCRIBER, "amount": "500", "key": agent.field(cash, "key"),
            "csrf_token": agent.field(cash, "csrf_token"),
        }  # fmt: skip
        confirm = agent.send(f"{cash}/confirm", **fields)
        assert "Pay in NGN 500.00" in confirm.text
        receipts = {reference_of(agent.send(cash, **fields)) for _ in range(2)}
        assert len(receipts) == 1
        assert "Balance NGN 5,500.00" in gateway.dial()[-1]
